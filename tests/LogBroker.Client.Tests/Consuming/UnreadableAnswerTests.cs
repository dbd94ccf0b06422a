using System.Buffers.Binary;
using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Answers that are no answers: the connection is given up, and the consumer goes on over another one.</summary>
public sealed class UnreadableAnswerTests
{
    private static readonly Dictionary<string, Func<byte[], byte[]>> Harms = new()
    {
        ["random bytes"] = answer =>
        {
            new Random(3).NextBytes(answer.AsSpan(8));
            return answer;
        },
        ["body cut off"] = answer => WithLength(answer[..(answer.Length / 2)], (answer.Length / 2) - 4),
        ["empty body"] = answer => WithLength(answer[..8], 4),
        ["no correlation id"] = answer => WithLength(answer[..4], 0),
        ["another correlation id"] = answer =>
        {
            answer[4] ^= 1;
            return answer;
        },
        ["negative length"] = answer => WithLength(answer, -1),
        ["length of two gigabytes"] = answer => WithLength(answer, int.MaxValue),
        ["bytes behind the body"] = answer => WithLength([.. answer, 1, 2, 3], answer.Length - 4 + 3),
    };

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string harm in Harms.Keys)
        {
            foreach (string api in new[] { nameof(ApiKey.Fetch), nameof(ApiKey.Metadata), nameof(ApiKey.ListOffsets) }) cases.Add(harm, api);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Read_AnAnswerIsUnreadable_GoesOnOverAnotherConnection(string harm, string api)
    {
        await using var unobserved = new UnobservedFailures();
        await using var cluster = new ScriptedCluster();
        int harmed = 0;
        foreach (int nodeId in new[] { 1, 2 })
        {
            cluster[nodeId].Harm = (request, answer) =>
                request.ApiKey.ToString() == api && Interlocked.Increment(ref harmed) <= 3 ? Harms[harm](answer) : answer;
        }
        cluster.Log().Append(0, ["a"]);
        await using (var client = cluster.NewClient())
        {
            await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
            consumer.Assign(Filling.At(ScriptedCluster.Topic));

            Assert.Equal("a", (await Filling.ReadAsync(consumer, 1))[0].Value);
        }
        Assert.True(harmed > 3);
    }

    /// <summary>A flipped bit may be an interval of a month or an epoch far ahead, which nobody can tell from a true one: the consumer may stand
    /// still then, but it fails as told, ends when it is asked to, and keeps nobody else from going on.</summary>
    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Group_BitsOfAnswersAreFlipped_OnlyFailsAsToldAndEndsWhenAsked(GroupProtocol protocol)
    {
        await using var unobserved = new UnobservedFailures();
        int port = LoopbackPort.FindFree();
        await using var target = await ClientTarget.StartAsync(
            ("advertised.listeners", $"PLAINTEXT://127.0.0.1:{port}"), ("group.min.session.timeout.ms", "500"));
        string topic = await target.CreateTopicAsync("flips", 2);
        var options = Filling.FromStart(protocol) with
        {
            SessionTimeout = TimeSpan.FromSeconds(2),
            MaxPollInterval = TimeSpan.FromSeconds(4),
            CloseTimeout = TimeSpan.FromSeconds(2),
        };
        // What it hears comes the same bad way, so it has little patience.
        await using var writer = target.NewClient(client => client with { RequestTimeout = TimeSpan.FromSeconds(1) });
        var hasty = new ProducerOptions { DeliveryTimeout = TimeSpan.FromSeconds(2), CloseTimeout = TimeSpan.FromSeconds(1), MaxBlock = TimeSpan.FromSeconds(2) };
        await using var proxy = new FaultProxy(port, port, seed: 7) { BrokerPort = target.Port, BytesBetweenFlips = 1_000 };
        using var ended = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await using (var client = new LogBrokerClient(new ClientOptions
        {
            BootstrapServers = [$"127.0.0.1:{port}"],
            RequestTimeout = TimeSpan.FromSeconds(2),
        }))
        {
            await using var consumer = client.CreateConsumer<string, string>(ClientTarget.NewName("flips"), options);
            consumer.Subscribe(topic);
            var reading = ReadOverFailuresAsync(consumer, ended.Token);
            for (int round = 0; proxy.Flips < 60 && !ended.IsCancellationRequested; round++)
                await FillOverFailuresAsync(writer, topic, 20 * (round % 20), hasty);

            await ended.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Filling.Patience));
        }

        proxy.BytesBetweenFlips = 0;
        proxy.Cut();
        await using var clean = target.NewClient();
        await Filling.FillAsync(clean, topic, 2, 2, first: 998);
        await using var after = clean.CreateConsumer<string, string>(ClientTarget.NewName("after"), options);
        after.Subscribe(topic);
        using var limit = new CancellationTokenSource(Filling.Patience);
        await foreach (var record in after.ReadAsync(limit.Token))
        {
            if (record.Value == "v999") break;
        }
    }

    private static async Task FillOverFailuresAsync(LogBrokerClient writer, string topic, int first, ProducerOptions options)
    {
        try
        {
            await Filling.FillAsync(writer, topic, 20, 2, first: first, options: options);
        }
        catch (KafkaException)
        {
            // The next ones come.
        }
    }

    private static async Task ReadOverFailuresAsync(Consumer<string, string> consumer, CancellationToken ended)
    {
        while (true)
        {
            try
            {
                await foreach (var record in consumer.ReadAsync(ended)) Assert.StartsWith("v", record.Value, StringComparison.Ordinal);
            }
            catch (CorruptRecordException failure)
            {
                await consumer.SeekAsync(failure.TopicPartition, failure.Offset, ended);
            }
            catch (KafkaException)
            {
                // As told: the next enumeration goes on.
            }
        }
    }

    private static byte[] WithLength(byte[] answer, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(answer, length);
        return answer;
    }
}
