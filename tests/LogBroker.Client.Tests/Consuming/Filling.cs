using LogBroker.Protocol;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Puts records into topics, and reads them with what is under test.</summary>
internal static class Filling
{
    /// <summary>How long a test waits for anything.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Longer than the time a producer gives its records.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(3);

    /// <summary>Writes <c>v0</c> to <c>v(count-1)</c> with keys <c>k0</c> to <c>k(keys-1)</c>, in turn over the partitions.</summary>
    public static async Task FillAsync(
        LogBrokerClient client, string topic, int count, int partitions = 1, int keys = 10, int first = 0, ProducerOptions? options = null)
    {
        await using var producer = client.CreateProducer<string, string>(options);
        for (int index = first; index < first + count; index++)
        {
            await producer.EnqueueAsync(new ProducerRecord<string, string>(topic, $"k{index % keys}", $"v{index}")
            {
                Partition = index % partitions,
            });
        }
        await producer.FlushAsync().WaitAsync(LongPatience);
    }

    /// <summary>Reads so many records.</summary>
    public static async Task<List<ConsumedRecord<string, string>>> ReadAsync(Consumer<string, string> consumer, int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        var records = new List<ConsumedRecord<string, string>>();
        if (count == 0) return records;
        try
        {
            await foreach (var record in consumer.ReadAsync(limit.Token))
            {
                records.Add(record);
                if (records.Count == count) break;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Only {records.Count} of {count} records came, up to {records.LastOrDefault().Offset}.");
        }
        return records;
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"This did not come about: {what}");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>Waits until something holds, while the clock moves on by a step each time it does not yet.</summary>
    public static Task UntilAsync(ManualTimeProvider time, TimeSpan step, Func<bool> holds, string what) => UntilAsync(
        () =>
        {
            if (holds()) return true;
            time.Advance(step);
            return false;
        },
        what);

    /// <summary>Waits until something ends, well or not, while the clock moves on.</summary>
    public static Task EndAsync(ManualTimeProvider time, TimeSpan step, Task ending) =>
        UntilAsync(time, step, () => ending.IsCompleted, "it ends");

    /// <summary>Waits until a record is written, while the clock moves on as little as ends rests: a new topic may take tries.</summary>
    public static async Task<RecordMetadata> WrittenAsync(ManualTimeProvider time, ValueTask<RecordMetadata> writing)
    {
        Task<RecordMetadata> written = writing.AsTask();
        await EndAsync(time, TimeSpan.FromMilliseconds(50), written);
        return await written;
    }

    /// <summary>Why nothing is heard of the cluster, once a try has failed: the client's own patience may end before the first one.</summary>
    public static async Task<KafkaException> RefreshFailureAsync(LogBrokerClient client)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var failure = await Assert.ThrowsAnyAsync<KafkaException>(() => client.Cluster.Metadata.RefreshAsync(limit.Token).AsTask());
            if (!failure.Message.Contains("last failure: none", StringComparison.Ordinal)) return failure;
        }
    }

    public static TopicPartition At(string topic, int partition = 0) => new(topic, partition);

    public static ConsumerOptions FromStart(GroupProtocol protocol = GroupProtocol.Auto) => new()
    {
        OffsetReset = OffsetReset.Earliest,
        GroupProtocol = protocol,
        HeartbeatInterval = TimeSpan.FromMilliseconds(300),
    };
}
