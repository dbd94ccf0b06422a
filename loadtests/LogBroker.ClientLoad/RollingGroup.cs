using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.ClientLoad;

/// <summary>A group whose members are restarted in turn while records come in: what is skipped, what comes twice, and for how long a
/// partition stands still.</summary>
internal sealed class RollingGroup(string bootstrap, string topic, int partitions, string protocol)
{
    private readonly ConcurrentDictionary<TopicPartition, PartitionLog> _logs = new();
    private readonly long[] _written = new long[partitions];
    private readonly string _group = $"rolling-{protocol}-{Guid.NewGuid():N}";

    private string Bootstrap => bootstrap;

    private string Topic => topic;

    /// <summary>Runs, and prints a line: records, skipped, twice, partitions that stood still, pauses in ms (median, 95 %, longest).</summary>
    public async Task<int> RunAsync(int members, TimeSpan settle)
    {
        using var ended = new CancellationTokenSource();
        await ProduceAsync(new CancellationToken(canceled: true)); // Creates the topic.
        var group = new List<Member>();
        for (int index = 0; index < members; index++) group.Add(new Member(this));
        await SettleAsync(group);
        var producing = ProduceAsync(ended.Token);
        await Task.Delay(settle);
        foreach (var log in _logs.Values) log.ForgetPauses();
        for (int index = 0; index < members; index++)
        {
            await group[index].DisposeAsync();
            group[index] = new Member(this);
            await Task.Delay(settle);
        }

        await ended.CancelAsync();
        var written = await producing;
        await WaitForAllAsync(written);
        foreach (var member in group) await member.DisposeAsync();
        return Report(written);
    }

    private async Task SettleAsync(List<Member> group)
    {
        while (group.Sum(member => member.Owned) != partitions) await Task.Delay(50);
    }

    /// <summary>Writes a record to every partition each few milliseconds.</summary>
    private async Task<long[]> ProduceAsync(CancellationToken ended)
    {
        await using var client = new LogBrokerClient(bootstrap);
        await using var producer = client.CreateProducer<Null, byte[]>();
        var written = _written;
        byte[] value = new byte[100];
        do
        {
            for (int partition = 0; partition < partitions; partition++)
            {
                await producer.EnqueueAsync(new ProducerRecord<Null, byte[]>(topic, default, value) { Partition = partition }, null, CancellationToken.None);
                written[partition]++;
            }

            await Task.Delay(5, CancellationToken.None);
        }
        while (!ended.IsCancellationRequested);
        await producer.FlushAsync(CancellationToken.None);
        return written;
    }

    private async Task WaitForAllAsync(long[] written)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(30)
            && Enumerable.Range(0, partitions).Any(partition => Log(partition).Distinct < written[partition]))
        {
            await Task.Delay(50);
        }
    }

    private int Report(long[] written)
    {
        var logs = Enumerable.Range(0, partitions).Select(Log).ToList();
        long skipped = written.Sum() - logs.Sum(log => log.Distinct);
        double[] pauses = [.. logs.Select(log => log.LongestPause.TotalMilliseconds).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{protocol}\t{written.Sum()}\t{skipped}\t{logs.Sum(log => log.Read) - logs.Sum(log => log.Distinct)}\t" +
            $"{logs.Sum(log => log.Pauses)}\t{pauses[pauses.Length / 2]:F0}\t{pauses[pauses.Length * 95 / 100]:F0}\t{pauses[^1]:F0}"));
        return skipped == 0 ? 0 : 1;
    }

    private PartitionLog Log(int partition) => _logs.GetOrAdd(new TopicPartition(topic, partition), _ => new PartitionLog());

    private ConsumerOptions Options() => new()
    {
        OffsetReset = OffsetReset.Earliest,
        GroupProtocol = protocol == "consumer" ? GroupProtocol.Consumer : GroupProtocol.Classic,
        Assignors = protocol switch
        {
            "eager" => [PartitionAssignor.Range],
            "cooperative" => [PartitionAssignor.CooperativeSticky],
            _ => null,
        },
    };

    /// <summary>What was read of a partition, by whomever.</summary>
    private sealed class PartitionLog
    {
        private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(250);

        private readonly HashSet<long> _offsets = [];
        private long _last;

        public long Read { get; private set; }

        public int Pauses { get; private set; }

        public TimeSpan LongestPause { get; private set; }

        public long Distinct
        {
            get
            {
                lock (_offsets) return _offsets.Count;
            }
        }

        public void Note(long offset)
        {
            lock (_offsets)
            {
                Read++;
                _offsets.Add(offset);
                var pause = _last == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_last);
                _last = Stopwatch.GetTimestamp();
                if (pause > LongestPause) LongestPause = pause;
                if (pause > PauseMin) Pauses++;
            }
        }

        public void ForgetPauses()
        {
            lock (_offsets) (LongestPause, Pauses) = (TimeSpan.Zero, 0);
        }
    }

    private sealed class Member : IAsyncDisposable
    {
        private readonly LogBrokerClient _client;
        private readonly Consumer<Null, byte[]> _consumer;
        private readonly Task _reading;

        public Member(RollingGroup owner)
        {
            _client = new LogBrokerClient(owner.Bootstrap);
            _consumer = _client.CreateConsumer<Null, byte[]>(owner._group, owner.Options());
            _consumer.Subscribe(owner.Topic);
            _reading = ReadAsync(owner);
        }

        public int Owned => _consumer.Assignment.Count;

        public async ValueTask DisposeAsync()
        {
            await _consumer.DisposeAsync();
            await _reading;
            await _client.DisposeAsync();
        }

        private async Task ReadAsync(RollingGroup owner)
        {
            try
            {
                await foreach (var record in _consumer.ReadAsync()) owner.Log(record.Partition).Note(record.Offset.Value);
            }
            catch (ObjectDisposedException)
            {
                // It was stopped.
            }
        }
    }
}
