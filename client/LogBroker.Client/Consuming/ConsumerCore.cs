using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Fetching;
using LogBroker.Client.Consuming.Membership;
using LogBroker.Client.Consuming.Offsets;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Reading;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming;

/// <summary>A consumer without its types of keys and values: the background, and what the public methods ask of it.</summary>
/// <remarks>
/// The background is one actor (<see cref="ConsumerActor"/>) with these activities: membership in the group, positions, fetches,
/// automatic commits, and following the cluster's metadata. Commands come to it as steps. Readers meet it in
/// <see cref="Partitions.Delivery"/> and nowhere else. Closing ends reading first, then commits, leaves, and ends the activities, all
/// within <see cref="ConsumerOptions.CloseTimeout"/>.
/// </remarks>
internal sealed partial class ConsumerCore : IAsyncDisposable
{
    private readonly ConsumerContext _context;
    private readonly OffsetCommitter _committer;
    private readonly Assignment _assignment;
    private readonly GroupMembership _membership;
    private readonly FetchScheduler _fetches;
    private readonly List<Task> _activities = [];
    private Subscription _subscription = Subscription.None;
    private IDisposable? _interest;
    private object? _reading;
    private bool _hasRead;
    private Task _change = Task.CompletedTask;
    private Task? _closing;

    public ConsumerCore(Cluster cluster, string? groupId, ConsumerOptions options)
    {
        options.Validate();
        _context = new ConsumerContext(cluster, groupId, options);
        _committer = new OffsetCommitter(_context, Member);
        _assignment = new Assignment(_context, _committer) { Changed = OnAssignmentChanged };
        _membership = new GroupMembership(_context, _assignment);
        Lookup = new OffsetLookup(_context);
        Positions = new PositionKeeper(_context, Lookup, Member) { Ready = () => _fetches!.Ask() };
        _fetches = new FetchScheduler(_context, Positions.Ask);
        _context.Delivery.Moved = _fetches.AskIfHungry;
        _context.Delivery.Damaged = FetchAgain;
        Start(Positions.RunAsync);
        Start(FollowMetadataAsync);
        if (groupId is not null && options.AutoCommit) Start(_committer.RunAutoAsync);
    }

    public ConsumerOptions Options => _context.Options;

    public Delivery Delivery => _context.Delivery;

    public PartitionTable Table => _context.Table;

    public ConsumerContext Context => _context;

    public OffsetLookup Lookup { get; }

    public PositionKeeper Positions { get; }

    /// <summary>Who the consumer is in its group; null without one.</summary>
    public GroupIdentity? Identity => Member();

    /// <summary>What a commit of everything handed out would commit.</summary>
    public List<KeyValuePair<TopicPartition, OffsetAndMetadata>> CollectPositions() => _committer.Collect(Table.All, onlyDone: false);

    /// <summary>Bytes of the memory that fetches have now, what is kept for the next ones included.</summary>
    public long HeldBytes => _fetches.Memory.HeldBytes;

    /// <summary>Runs a command in the background.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> command, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_context.IsStopped, typeof(Consumer<,>));
        var running = _context.Actor.RunAsync(command);
        running.IgnoreFailure();
        return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<Task> command, CancellationToken cancellationToken) => RunAsync(
        async () =>
        {
            await command().ConfigureAwait(true);
            return true;
        },
        cancellationToken);

    /// <summary>Reads these topics, in place of what was read before.</summary>
    public void Subscribe(Subscription subscription)
    {
        ObjectDisposedException.ThrowIf(_closing is not null, typeof(Consumer<,>));
        if (subscription.NeedsGroup) _context.RequireGroup();
        _context.Actor.RunAsync(() => InTurnAsync(() => ApplyAsync(subscription, []))).IgnoreFailure();
    }

    /// <summary>Reads these partitions, in place of what was read before.</summary>
    public void Assign(IReadOnlyCollection<TopicPartition> partitions)
    {
        ObjectDisposedException.ThrowIf(_closing is not null, typeof(Consumer<,>));
        _context.Actor.RunAsync(() => InTurnAsync(() => ApplyAsync(Subscription.Manual, partitions))).IgnoreFailure();
    }

    /// <summary>Somebody starts to read; with the first one a subscribed consumer joins its group.</summary>
    /// <exception cref="InvalidOperationException">Somebody else reads.</exception>
    public void BeginReading(IReading reading)
    {
        ObjectDisposedException.ThrowIf(_closing is not null, typeof(Consumer<,>));
        if (Interlocked.CompareExchange(ref _reading, reading, null) is not null)
        {
            throw new InvalidOperationException(
                "The consumer is being read already: one enumeration or ProcessAsync at a time. Use one consumer for each reader.");
        }
        _context.Actor.RunAsync(() =>
        {
            _hasRead = true;
            _membership.Reading = reading;
        }).IgnoreFailure();
        _context.Actor.RunAsync(() => InTurnAsync(() =>
        {
            if (_subscription.NeedsGroup && !_membership.IsRunning) _membership.Subscribe(_subscription);
            return Task.CompletedTask;
        })).IgnoreFailure();
    }

    public void EndReading(IReading reading)
    {
        Interlocked.CompareExchange(ref _reading, null, reading);
        if (!_context.IsStopped) _context.Actor.RunAsync(() => _membership.Reading = (IReading?)_reading).IgnoreFailure();
    }

    /// <summary>Commits; without offsets, all that was handed out.</summary>
    public Task CommitAsync(
        IEnumerable<KeyValuePair<TopicPartition, OffsetAndMetadata>>? offsets, CancellationToken cancellationToken)
    {
        // The caller may change its collection before the background gets to it.
        var given = offsets?.ToList();
        return RunAsync(() => _committer.CommitAsync(given ?? CollectPositions()), cancellationToken);
    }

    /// <summary>Reads on where the leaders say; complete when they have. On the actor.</summary>
    public async Task SeekToAsync(IReadOnlyCollection<TopicPartition> partitions, long timestamp)
    {
        var sought = new Dictionary<AssignedPartition, int>();
        foreach (var partition in partitions.Distinct().Select(Table.Get).ToList())
        {
            partition.State = PositionState.Announced; // Not fetched, and left alone by the search for positions.
            partition.LookupTimestamp = timestamp;
            partition.CommittedOffset = -1;
            Delivery.Reposition(partition, -1, LeaderEpoch.None);
            sought[partition] = partition.Version;
        }
        try
        {
            var found = await Lookup.FindOrEndAsync(partitions, timestamp, _context.Stopped).ConfigureAwait(true);
            foreach (var partition in sought.Keys.Where(IsStillSought))
                Positions.Set(partition, found[partition.TopicPartition].Offset, LeaderEpoch.None);
        }
        catch
        {
            foreach (var partition in sought.Keys.Where(IsStillSought)) partition.State = PositionState.NeedsLookup;
            Positions.Ask(); // The caller is told; the position is looked for on.
            throw;
        }
        _fetches.Ask();

        bool IsStillSought(AssignedPartition partition) =>
            partition.State == PositionState.Announced && partition.Version == sought[partition];
    }

    public void SetPaused(AssignedPartition partition, bool isPaused)
    {
        Delivery.SetPaused(partition, isPaused);
        _fetches.Ask();
    }

    /// <summary>Handlers have ended: what is done is committed, and what is not is read again. On the actor.</summary>
    public async Task SettleAsync(IEnumerable<AssignedPartition> partitions)
    {
        var own = partitions.Where(partition => Table.Find(partition.TopicPartition) == partition && !partition.IsRevoked).ToList();
        if (Options.AutoCommit) await _committer.CommitDoneAsync(own).ConfigureAwait(true);
        foreach (var partition in own)
        {
            if (Delivery.EndWatermark(partition) is { } undone) Positions.Set(partition, undone, LeaderEpoch.None);
        }
        _fetches.Ask();
    }

    /// <summary>What is committed by the group.</summary>
    public Task<Dictionary<TopicPartition, OffsetAndMetadata>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        string group = _context.RequireGroup();
        return RunAsync(
            () => RetryAsync(() => new CommittedOffsets(_context).FetchAsync(
                partitions, Member() ?? GroupIdentity.Outside(group), cancellationToken)),
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_closing is null)
        {
            var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _closing, closing.Task, null) is null)
            {
                try
                {
                    await CloseAsync().ConfigureAwait(false);
                }
                finally
                {
                    closing.SetResult();
                }
            }
        }
        await _closing.ConfigureAwait(false);
    }

    private GroupIdentity? Member() => _context.GroupId is not { } group
        ? null
        : _subscription.NeedsGroup ? _membership.Identity : GroupIdentity.Outside(group);

    private void Start(Func<Task> activity) => _activities.Add(_context.Actor.RunAsync(() => GuardAsync(activity)));

    /// <summary>An activity ends when the consumer does; anything else that ends it is told to the reader.</summary>
    private async Task GuardAsync(Func<Task> activity)
    {
        try
        {
            await activity().ConfigureAwait(true);
        }
        catch (OperationCanceledException) when (_context.IsStopped)
        {
            // The consumer is being closed.
        }
        catch (Exception failure)
        {
            _context.Delivery.Fail(failure);
        }
    }

    /// <summary>Changes of what is read, the last of them the close, wait for those before: the last one wins. On the actor.</summary>
    private Task InTurnAsync(Func<Task> change)
    {
        return _change = AfterAsync(_change);

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await change().ConfigureAwait(true);
        }
    }

    private async Task ApplyAsync(Subscription subscription, IReadOnlyCollection<TopicPartition> partitions)
    {
        bool wasGroup = _subscription.NeedsGroup;
        if (wasGroup && !subscription.NeedsGroup) await _membership.LeaveAsync(Options.MaxPollInterval, _context.Stopped).ConfigureAwait(true);
        else if (!wasGroup && _subscription.IsManual) await DropManualAsync([.. Table.Current.Keys.Except(partitions)]).ConfigureAwait(true);
        _subscription = subscription;
        _interest?.Dispose();
        string[] topics = subscription.IsManual
            ? [.. partitions.Select(partition => partition.Topic).Distinct(StringComparer.Ordinal)]
            : [.. subscription.Topics];
        var metadata = _context.Cluster.Metadata;
        _interest = subscription.Pattern is null ? metadata.Interests.Watch(topics) : metadata.Interests.WatchAll();
        if (Options.AllowAutoCreateTopics)
        {
            foreach (string topic in topics) metadata.Interests.Touch(topic, mayCreate: true);
        }
        metadata.RequestRefresh("a consumer's topics have changed");
        if (subscription.IsManual) await _assignment.AddAsync(partitions).ConfigureAwait(true);
        else if (subscription.NeedsGroup && _hasRead) _membership.Subscribe(subscription);
    }

    private async Task DropManualAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count > 0) await _assignment.RevokeAsync(partitions).ConfigureAwait(true);
    }

    private void OnAssignmentChanged()
    {
        Positions.Ask();
        _fetches.Ask();
    }

    /// <summary>Damage may have come about on the way: the reader's next try gets what the broker has then.</summary>
    private void FetchAgain(AssignedPartition partition, int version, long offset)
    {
        if (_context.IsStopped) return;
        _context.Actor.RunAsync(() =>
        {
            bool isSoughtAnew = partition.State is PositionState.Announced or PositionState.NeedsCommitted or PositionState.NeedsLookup;
            if (partition.Version != version || isSoughtAnew) return;
            partition.FetchOffset = offset;
            partition.FetchEpoch = LeaderEpoch.None;
            partition.State = PositionState.Ready;
            _fetches.Ask();
        }).IgnoreFailure();
    }

    private async Task FollowMetadataAsync()
    {
        var metadata = _context.Cluster.Metadata;
        var seen = ClusterSnapshot.Empty;
        while (true)
        {
            await metadata.WhenChangedAsync(seen, _context.Stopped).ConfigureAwait(true);
            seen = metadata.Current;
            NoticeTopics(seen);
            _membership.Notice(seen);
            PositionValidation.Mark(_context);
            OnAssignmentChanged();
        }
    }

    /// <summary>Tells what is wrong with topics that were named: a right that lacks is the reader's to know, a topic that is missing may still
    /// come.</summary>
    private void NoticeTopics(ClusterSnapshot snapshot)
    {
        var names = _subscription.IsManual ? Table.Current.Keys.Select(partition => partition.Topic).Distinct() : _subscription.Topics;
        foreach (string name in names)
        {
            if (!snapshot.Topics.TryGetValue(name, out var topic) || topic.Error == ErrorCode.None) continue;
            if (topic.Error is ErrorCode.TopicAuthorizationFailed or ErrorCode.InvalidTopicException)
                Delivery.Fail(topic.Error.ToException($"Reading topic {name}"));
            else Log.TopicMissing(_context.Logger, name, topic.Error);
        }
    }

    private async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        long started = _context.Time.GetTimestamp();
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await call().ConfigureAwait(true);
            }
            catch (KafkaException failure) when (
                failure.IsRetriable && _context.Time.GetElapsedTime(started) < _context.Cluster.Options.ApiTimeout)
            {
                await _context.Cluster.RetryBackoff.WaitAsync(tries, _context.Time, _context.Stopped).ConfigureAwait(true);
            }
        }
    }

    private async Task CloseAsync()
    {
        Delivery.Close();
        using var limit = new CancellationTokenSource(Options.CloseTimeout, _context.Time);
        try
        {
            var leaving = _context.Actor.RunAsync(() => InTurnAsync(() => LeaveAsync(limit.Token)));
            leaving.IgnoreFailure();
            await leaving.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException or KafkaException or ObjectDisposedException)
        {
            // What was not committed is read again; the group finds out by itself.
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    private async Task EndAsync()
    {
        await _context.StopAsync().ConfigureAwait(false);
        await Task.WhenAll(_activities).ConfigureAwait(false);
        _ = Delivery.WithdrawAsync(Table.All);
        _interest?.Dispose();
        await _context.DisposeAsync().ConfigureAwait(false);
        _fetches.Memory.Dispose();
    }

    private async Task LeaveAsync(CancellationToken limit)
    {
        if (_membership.IsRunning) await _membership.LeaveAsync(Options.CloseTimeout / 4, limit).ConfigureAwait(true);
        else if (Options.AutoCommit) await _committer.CommitDoneAsync(Table.All).ConfigureAwait(true);
    }

    private static partial class Log
    {
        [LoggerMessage(5240, LogLevel.Warning, "Topic {Topic}, which is to be read, cannot be: {Error}", EventName = "TopicMissing")]
        public static partial void TopicMissing(ILogger logger, string topic, ErrorCode error);
    }
}
