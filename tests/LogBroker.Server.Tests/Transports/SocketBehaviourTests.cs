using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using LogBroker.Server.Hosting;
using LogBroker.Server.Tests.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LogBroker.Server.Tests.Transports;

/// <summary>What a connection handler may rely on: real sockets, real blocks, a handler of the test.</summary>
public sealed class SocketBehaviourTests
{
    private const int MegaByte = 1024 * 1024;

    [Fact]
    public async Task Client_ThatDoesNotRead_HoldsTheWriterBack()
    {
        // The kernel's two buffers may grow to some megabytes each; the rest must wait in the writer.
        const long bytes = 256L * MegaByte;
        const long ahead = 64L * MegaByte;
        long written = 0;
        await using BrokerHost broker = await StartAsync(async connection =>
        {
            while (Volatile.Read(ref written) < bytes)
            {
                connection.Transport.Output.GetSpan(MegaByte / 16)[..(MegaByte / 16)].Clear();
                connection.Transport.Output.Advance(MegaByte / 16);
                await connection.Transport.Output.FlushAsync();
                Interlocked.Add(ref written, MegaByte / 16);
            }
        });
        using Socket client = await ConnectAsync(broker);

        var buffer = new byte[MegaByte];
        long read = 0;
        while (await client.ReceiveAsync(buffer) is var received and > 0)
        {
            read += received;
            Assert.InRange(Volatile.Read(ref written), 0, read + ahead);
        }

        Assert.Equal(bytes, read);
    }

    [Fact]
    public async Task Client_ThatIsFaster_NeverGetsFarAhead()
    {
        const long bytes = 256L * MegaByte;
        const long ahead = 64L * MegaByte;
        long sent = 0;
        var outcome = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using BrokerHost broker = await StartAsync(async connection =>
        {
            long taken = 0;
            while (await connection.Transport.Input.ReadAsync() is var read && !(read.IsCompleted && read.Buffer.IsEmpty))
            {
                taken += read.Buffer.Length;
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (Volatile.Read(ref sent) > taken + ahead)
                    outcome.TrySetException(new InvalidOperationException("The client is far ahead."));
            }
            outcome.TrySetResult(taken);
        });
        using Socket client = await ConnectAsync(broker);

        var buffer = new byte[MegaByte];
        while (sent < bytes)
        {
            await client.SendAsync(buffer);
            Interlocked.Add(ref sent, MegaByte);
        }
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(bytes, await outcome.Task);
    }

    [Fact]
    public async Task Client_ThatClosesItsSide_StillGetsItsAnswer()
    {
        await using BrokerHost broker = await StartAsync(async connection =>
        {
            ReadResult whole = await connection.Transport.Input.ReadAtLeastAsync(MegaByte);
            while (!whole.IsCompleted)
            {
                connection.Transport.Input.AdvanceTo(whole.Buffer.Start, whole.Buffer.End);
                whole = await connection.Transport.Input.ReadAsync();
            }
            foreach (ReadOnlyMemory<byte> part in whole.Buffer)
                await connection.Transport.Output.WriteAsync(part);
        });
        using Socket client = await ConnectAsync(broker);
        byte[] question = new byte[MegaByte];
        new Random(1).NextBytes(question);
        await client.SendAsync(question);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(question, await ReceiveToEndAsync(client));
    }

    [Fact]
    public async Task Client_ThatResets_EndsTheReading()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using BrokerHost broker = await StartAsync(async connection =>
        {
            try
            {
                while (await connection.Transport.Input.ReadAsync() is { IsCompleted: false } read)
                {
                    connection.Transport.Input.AdvanceTo(read.Buffer.End);
                    await connection.Transport.Output.WriteAsync("x"u8.ToArray());
                }
            }
            catch (IOException)
            {
                // A reset is told as one.
            }
            ended.SetResult();
        });
        Socket client = await ConnectAsync(broker);
        await client.SendAsync(new byte[10]);
        await client.ReceiveAsync(new byte[1]);

        client.Close(0);

        await ended.Task;
    }

    [Fact]
    public async Task Handler_ThatAborts_ResetsTheClient()
    {
        await using BrokerHost broker = await StartAsync(async connection =>
        {
            await connection.Transport.Input.ReadAsync();
            connection.Abort(new ConnectionAbortedException("test"));
        });
        using Socket client = await ConnectAsync(broker);
        await client.SendAsync(new byte[10]);

        Assert.Empty(await ReceiveToEndAsync(client));
    }

    [Fact]
    public async Task Connections_InTheHundreds_AreAllServed()
    {
        const int connections = 500;
        await using BrokerHost broker = await StartAsync(async connection =>
        {
            while (await connection.Transport.Input.ReadAsync() is { IsCompleted: false } read)
            {
                await connection.Transport.Output.WriteAsync(read.Buffer.ToArray());
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
            }
        });
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => ConnectAsync(broker)));

        for (int round = 0; round < 3; round++)
        {
            byte[] question = [(byte)round, 2, 3];
            await Task.WhenAll(clients.Select(client => client.SendAsync(question)));
            foreach (Socket client in clients)
            {
                var answer = new byte[question.Length];
                await new NetworkStream(client).ReadExactlyAsync(answer);
                Assert.Equal(question, answer);
            }
        }

        foreach (Socket client in clients)
            client.Dispose();
    }

    private static async Task<BrokerHost> StartAsync(ConnectionDelegate handle)
    {
        BrokerHost broker = BrokerHost.Create(TestSettings.Ephemeral("http.listeners="), services =>
        {
            services.RemoveAll<IBrokerLifecycle>();
            services.AddSingleton<ConnectionHandler>(new DelegatedHandler(handle));
        });
        await broker.StartAsync();
        return broker;
    }

    private static async Task<Socket> ConnectAsync(BrokerHost broker)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(broker.Listeners.Listeners[0].EndPoint);
        return socket;
    }

    private static async Task<byte[]> ReceiveToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) is var received and > 0)
                all.Write(buffer, 0, received);
        }
        catch (SocketException)
        {
            // A reset ends the stream as well.
        }
        return all.ToArray();
    }

    private sealed class DelegatedHandler(ConnectionDelegate handle) : ConnectionHandler
    {
        public override Task OnConnectedAsync(ConnectionContext connection) => handle(connection);
    }
}
