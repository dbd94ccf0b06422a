using System.Collections.Concurrent;
using System.Globalization;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Numbered records to each partition, and the check that what was acknowledged is there once and in order.</summary>
internal sealed class NumberedRun(Producer<string, string> producer, string topic, int partitions)
{
    /// <summary>How long acknowledgements are waited for; brokers start anew meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(int Partition, int Number), long> _acknowledged = new();
    private readonly ConcurrentQueue<KafkaException> _failures = new();
    private int _next;

    public int AcknowledgedCount => _acknowledged.Count;

    /// <summary>The numbers acknowledged in a partition, in the order in which they were produced.</summary>
    public int[] AcknowledgedIn(int partition) =>
        [.. _acknowledged.Keys.Where(key => key.Partition == partition).Select(key => key.Number).Order()];

    public async Task ProduceAsync(int count)
    {
        for (int index = 0; index < count; index++) await EnqueueAsync();
        await producer.FlushAsync();
    }

    public async Task ProduceUntilAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested) await EnqueueAsync();
        await producer.FlushAsync(CancellationToken.None);
    }

    /// <summary>Waits until so many records are acknowledged, or <paramref name="producing"/> has failed.</summary>
    public async Task WhenAcknowledgedAsync(int count, Task producing)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (_acknowledged.Count < count)
        {
            if (producing.IsFaulted) await producing;
            Assert.False(limit.IsCancellationRequested, $"{_acknowledged.Count} of {count} records were acknowledged within {Patience}.");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    public async Task AssertExactlyOnceAsync(ClientTarget target, string circumstances)
    {
        Assert.True(_failures.IsEmpty, $"{circumstances}: {_failures.FirstOrDefault()}");
        for (int partition = 0; partition < partitions; partition++)
        {
            var found = (await TopicReader.ReadAsync(target, topic, partition)).Where(record => record.Key == "run").ToList();
            int[] numbers = [.. found.Select(record => int.Parse(record.Value!, CultureInfo.InvariantCulture))];
            int[] expected = AcknowledgedIn(partition);
            Assert.True(expected.SequenceEqual(numbers), $"{circumstances}, partition {partition}: {Difference(expected, numbers)}");
            foreach (var record in found)
            {
                long told = _acknowledged[(partition, int.Parse(record.Value!, CultureInfo.InvariantCulture))];
                Assert.True(told == -1 || told == record.Offset, $"{circumstances}: record {record.Value} is at {record.Offset}, told {told}.");
            }
        }
    }

    private static string Difference(int[] expected, int[] found)
    {
        int at = expected.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"{expected.Length} acknowledged, {found.Length} found; from {at} on: expected " +
            $"{string.Join(' ', expected.Skip(at).Take(10))}, found {string.Join(' ', found.Skip(at).Take(10))}";
    }

    private ValueTask EnqueueAsync()
    {
        int number = _next++;
        int partition = number % partitions;
        return producer.EnqueueAsync(
            new ProducerRecord<string, string>(topic, "run", number.ToString(CultureInfo.InvariantCulture)) { Partition = partition },
            (in DeliveryReport report) =>
            {
                if (report.Error is { } error) _failures.Enqueue(error);
                else if (!_acknowledged.TryAdd((partition, number), report.Metadata.Offset.Value)) throw new InvalidOperationException("told twice");
            });
    }
}
