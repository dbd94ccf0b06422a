using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Demo;

/// <summary>The shop's traffic: one producer of page views, and groups that read them, each with a job.</summary>
/// <param name="client">Reaches the cluster.</param>
/// <param name="writing">How views are written.</param>
/// <param name="time">The clock.</param>
/// <param name="perSecond">How many views.</param>
/// <remarks>Runs until cancelled. Counts may be read by any thread meanwhile.</remarks>
internal sealed class DemoShop(LogBrokerClient client, ProducerOptions writing, TimeProvider time, int perSecond)
{
    public const string Topic = "demo.page-views";
    public const int PartitionCount = 4;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private long _written;
    private volatile KafkaException? _failure;

    /// <summary>The groups: the first two members share the pages, another counts sales, the third trails behind.</summary>
    public IReadOnlyList<DemoReader> Readers { get; } =
    [
        new("demo.recommendations", members: 2, pauseEvery: 0), new("demo.sales", members: 1, pauseEvery: 0), new("demo.archive", members: 1, pauseEvery: 200),
    ];

    public long Written => Interlocked.Read(ref _written);

    /// <summary>Makes the topic where it is not there.</summary>
    public async Task PrepareAsync(CancellationToken cancelled)
    {
        try
        {
            await client.Admin.Topics.CreateAsync(Topic, PartitionCount, cancelled);
        }
        catch (KafkaException e) when (e.ErrorCode == ErrorCode.TopicAlreadyExists)
        {
            // From an earlier run.
        }
    }

    /// <summary>Writes and reads until cancelled, or until one of those who do fails.</summary>
    /// <exception cref="KafkaException">One has failed.</exception>
    public async Task RunAsync(CancellationToken cancelled)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        Task[] all = [.. Readers.SelectMany(reader => Enumerable.Range(0, reader.Members).Select(_ => ReadAsync(reader, ended.Token))), WriteAsync(ended.Token)];
        await Task.WhenAny(all);
        await ended.CancelAsync();
        await Task.WhenAll(all);
    }

    private async Task WriteAsync(CancellationToken cancelled)
    {
        var views = new PageViews(time, new Random());
        await using Producer<string, string> producer = client.CreateProducer<string, string>(writing);
        long started = time.GetTimestamp();
        long handed = 0;
        while (!cancelled.IsCancellationRequested && _failure is null)
        {
            long due = (long)(time.GetElapsedTime(started).TotalSeconds * perSecond);
            for (; handed < due; handed++)
                await producer.EnqueueAsync(views.Next(Topic), (in DeliveryReport report) => Count(report), CancellationToken.None);
            await Task.Delay(Tick, time, cancelled).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        if (_failure is not null) throw _failure;
    }

    private void Count(in DeliveryReport report)
    {
        if (report.IsDelivered) Interlocked.Increment(ref _written);
        else _failure ??= report.Error;
    }

    private async Task ReadAsync(DemoReader reader, CancellationToken cancelled)
    {
        await using Consumer<Null, string> consumer = client.CreateConsumer<Null, string>(
            reader.GroupId, new ConsumerOptions { OffsetReset = OffsetReset.Latest, AutoCommitInterval = TimeSpan.FromSeconds(1) }, Deserializers.Ignore);
        consumer.Subscribe(Topic);
        long count = 0;
        try
        {
            await foreach (ConsumedRecord<Null, string> record in consumer.ReadAsync(cancelled))
            {
                reader.Count();
                if (reader.PauseEvery > 0 && ++count % reader.PauseEvery == 0) await Task.Delay(TimeSpan.FromSeconds(1), time, cancelled);
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // The demonstration is over.
        }
    }
}

/// <summary>A group of the demonstration.</summary>
/// <param name="groupId">Its id.</param>
/// <param name="members">How many members it has.</param>
/// <param name="pauseEvery">After so many records a member rests a second; 0 for never.</param>
internal sealed class DemoReader(string groupId, int members, int pauseEvery)
{
    private long _read;

    public string GroupId { get; } = groupId;

    public int Members { get; } = members;

    public int PauseEvery { get; } = pauseEvery;

    public long Read => Interlocked.Read(ref _read);

    public void Count() => Interlocked.Increment(ref _read);
}
