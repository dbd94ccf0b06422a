using System.Buffers.Binary;
using System.Net.Sockets;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Serving;

/// <summary>The process's memory is what is looked at: no other test uses it meanwhile.</summary>
[CollectionDefinition(Alone, DisableParallelization = true)]
[Collection(Alone)]
public sealed class WireAbuseMemoryTests
{
    private const string Alone = "memory of the process";
    private const long MegaByte = 1024 * 1024;

    [Fact]
    public async Task HalfFrames_HeldOpen_TakeOnlyWhatTheySent()
    {
        const int connections = 300;
        const int sent = 20_000;
        await using TestBroker broker = await TestBroker.StartAsync();
        Assert.True(await WireAbuseTests.ServesAsync(broker));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var sockets = new List<Socket>();
        var half = new byte[sent];
        // Each declares 100 MB: 30 GB together.
        BinaryPrimitives.WriteInt32BigEndian(half, 100_000_000);
        for (int i = 0; i < connections; i++)
        {
            Socket socket = await WireAbuseTests.ConnectAsync(broker);
            await socket.SendAsync(half);
            sockets.Add(socket);
        }

        Assert.True(await WireAbuseTests.ServesAsync(broker));
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(growth, long.MinValue, connections * 128 * 1024 + 20 * MegaByte);
        sockets.ForEach(socket => socket.Dispose());
    }
}
