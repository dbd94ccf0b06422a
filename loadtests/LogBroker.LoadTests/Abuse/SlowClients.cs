using System.Buffers.Binary;
using System.Net.Sockets;
using LogBroker.Protocol.Messages;

namespace LogBroker.LoadTests.Abuse;

/// <summary>Clients that keep the broker waiting.</summary>
internal static class SlowClients
{
    private const int Holders = 1000;
    private const int AnnouncedBytes = 100_000_000;
    private const int Pipeliners = 50;

    /// <summary>A thousand connections that announce 100 MB each, send 64 KB of it and stop.</summary>
    public static Task HoldHalfFramesAsync(Attack attack) => HoldAsync(attack, 64 * 1024, drips: false);

    /// <summary>A thousand connections that announce 100 MB each and send one byte a second.</summary>
    public static Task DripAsync(Attack attack) => HoldAsync(attack, sizeof(int) + 1, drips: true);

    /// <summary>Clients that ask for all topics, over and over, until nothing more is taken from them, and read no answer.</summary>
    public static async Task PipelineWithoutReadingAsync(Attack attack)
    {
        byte[] ask = Wire.Frame(new MetadataRequest { Topics = null }, 12);
        byte[] asks = [.. Enumerable.Repeat(ask, 100).SelectMany(bytes => bytes)];
        Task[] clients = [.. Enumerable.Range(0, Pipeliners).Select(_ => PipelineAsync(attack, asks))];
        attack.Stands();
        await Task.WhenAll(clients);
    }

    private static async Task PipelineAsync(Attack attack, byte[] asks)
    {
        try
        {
            using Socket socket = await Wire.ConnectAsync(attack.Port, attack.Over);
            while (true)
            {
                await socket.SendAsync(asks, attack.Over);
                attack.Outcomes.Add("requests taken", 100);
            }
        }
        catch (SocketException)
        {
            attack.Outcomes.Add(Outcomes.Closed);
        }
        catch (OperationCanceledException)
        {
            attack.Outcomes.Add(Outcomes.Held);
        }
    }

    private static async Task HoldAsync(Attack attack, int firstBytes, bool drips)
    {
        var start = new byte[firstBytes];
        BinaryPrimitives.WriteInt32BigEndian(start, AnnouncedBytes);
        var held = new HeldConnections(attack);
        await held.OpenAsync(Holders, socket => SendAsync(attack, socket, start));
        attack.Stands();
        await held.HoldAsync(drips ? socket => SendAsync(attack, socket, start.AsMemory(^1)) : null);
    }

    private static async Task<bool> SendAsync(Attack attack, Socket socket, ReadOnlyMemory<byte> bytes)
    {
        // Kafka takes nothing more once it has no memory left: what it does not take at once is not sent.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(attack.Over);
        patience.CancelAfter(TimeSpan.FromMilliseconds(100));
        try
        {
            await socket.SendAsync(bytes, SocketFlags.None, patience.Token);
        }
        catch (OperationCanceledException) when (!attack.Over.IsCancellationRequested)
        {
            attack.Outcomes.Add("not taken");
        }

        return true;
    }
}
