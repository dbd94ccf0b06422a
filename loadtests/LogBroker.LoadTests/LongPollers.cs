using System.Buffers.Binary;
using System.Net.Sockets;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.LoadTests;

/// <summary>Consumers at the end of their partition, each on a connection and, where it gets one, with a fetch session.</summary>
internal sealed class LongPollers(Guid topic, int maxWait)
{
    private const int Partitions = 100;
    private const short Version = 13;
    private int _polled;

    public static async Task<int> RunAsync(int port, int count, int maxWait)
    {
        Guid topic;
        await using (KafkaChannel channel = await KafkaChannel.ConnectAsync("127.0.0.1", port))
            topic = await Topics.CreateAsync(channel, "idle", Partitions);
        var pollers = new LongPollers(topic, maxWait);
        CancellationToken over = Standing.UntilInputEnds();
        var consumers = new List<Task<bool>>();
        for (int i = 0; i < count; i++) consumers.Add(pollers.ConsumeAsync(await Wire.ConnectAsync(port, over), i % Partitions, over));
        // A consumer stands when it waits with its session, which its first answer gave.
        while (Volatile.Read(ref pollers._polled) < count && consumers.TrueForAll(one => !one.IsCompleted)) await Task.Delay(20, over);
        Console.WriteLine($"{count}");
        int before = Volatile.Read(ref pollers._polled);
        bool[] held = await Task.WhenAll(consumers);
        Console.WriteLine($"{pollers._polled - before}");
        return held.Contains(false) ? 1 : 0;
    }

    /// <returns>False when the broker ended the connection.</returns>
    private async Task<bool> ConsumeAsync(Socket socket, int partition, CancellationToken over)
    {
        using Socket owned = socket;
        var buffer = new byte[64];
        (int session, int epoch) = (0, 0);
        try
        {
            while (true)
            {
                await socket.SendAsync(Wire.Frame(Fetch(partition, session, epoch), Version), over);
                if (await Wire.ReadAnswerAsync(socket, buffer, over) < 0) return false;
                // Header: correlation id, tags; body: throttle time, error code, session id.
                int given = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(11));
                epoch = given == 0 ? -1 : epoch + 1;
                session = given;
                Interlocked.Increment(ref _polled);
            }
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private FetchRequest Fetch(int partition, int session, int epoch) => new()
    {
        // The first answer comes at once, so that all wait with their session from the beginning.
        MaxWaitMs = epoch == 0 ? 0 : maxWait,
        MinBytes = 1,
        MaxBytes = 50 << 20,
        SessionId = session,
        SessionEpoch = epoch,
        Topics = session == 0
            ? [new() { TopicId = topic, Partitions = [new() { Partition = partition, PartitionMaxBytes = 1 << 20 }] }]
            : [],
    };
}
