using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Metadata;

/// <summary>What a client knows of its cluster, kept up to date.</summary>
/// <remarks>
/// Any thread. One loop asks, whoever wants news waits for it: requests that come while one is under way are answered by the next
/// one together. Only topics somebody uses are asked for (<see cref="TopicInterests"/>), every <c>metadata.max.age.ms</c> and when
/// told that something is stale; failures are retried with backoff for as long as somebody waits or something is stale.
/// </remarks>
internal sealed partial class ClusterMetadata : IAsyncDisposable
{
    private readonly Cluster _cluster;
    private readonly MetadataSource _source;
    private readonly MetadataWaiters _waiters = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private ClusterSnapshot _current = ClusterSnapshot.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastSuccess;
    private long? _failingSince;
    private bool _startsOver;

    public ClusterMetadata(Cluster cluster)
    {
        _cluster = cluster;
        _source = new MetadataSource(cluster);
        Interests = new TopicInterests(cluster.Time, cluster.Options.MetadataIdleMax);
        _lastSuccess = cluster.Time.GetTimestamp();
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>The newest snapshot.</summary>
    public ClusterSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Which topics are asked for.</summary>
    public TopicInterests Interests { get; }

    /// <summary>Says that something is stale; returns at once.</summary>
    /// <param name="reason">For the log.</param>
    public void RequestRefresh(string reason)
    {
        Log.Stale(_cluster.Logger, reason);
        _waiters.Ask();
        Wake();
    }

    /// <summary>Waits for news asked for after this call.</summary>
    /// <exception cref="RequestTimedOutException">Nobody answered within <c>default.api.timeout.ms</c>.</exception>
    /// <exception cref="AuthenticationFailedException">Client and brokers do not accept each other.</exception>
    public async ValueTask<ClusterSnapshot> RefreshAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopped.IsCancellationRequested, typeof(LogBrokerClient));
        var waiter = _waiters.Wait();
        Wake();
        if (_stopped.IsCancellationRequested) _waiters.Fail(new ObjectDisposedException(nameof(LogBrokerClient)));
        try
        {
            return await waiter.Task.WaitAsync(_cluster.Options.ApiTimeout, _cluster.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw NotAnswered();
        }
        finally
        {
            _waiters.Remove(waiter);
        }
    }

    /// <summary>What to throw when a call's time is over and nobody has answered.</summary>
    public RequestTimedOutException NotAnswered()
    {
        string servers = string.Join(", ", _cluster.Options.BootstrapServers);
        return new RequestTimedOutException(
            $"No broker answered within {_cluster.Options.ApiTimeout.TotalSeconds:0.#} s (ApiTimeout). Is one running at {servers}? " +
            $"The last failure: {_waiters.LastFailure?.Message ?? "none"}",
            _waiters.LastFailure);
    }

    /// <summary>A topic that can be used: at once when it is known, else after asking.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mayCreate">Whether the broker may create it when it does not exist.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TopicNotFoundException">Brokers did not know it for <c>topic.metadata.propagation.max.ms</c>.</exception>
    /// <exception cref="KafkaException">It cannot be used, or nobody answers.</exception>
    public ValueTask<TopicSnapshot> TopicAsync(string name, bool mayCreate, CancellationToken cancellationToken)
    {
        Interests.Touch(name, mayCreate);
        return Current.FindTopic(name) is { } topic
            ? ValueTask.FromResult(topic)
            : new ValueTask<TopicSnapshot>(WaitForTopicAsync(name, cancellationToken));
    }

    /// <summary>Waits until there is another snapshot than <paramref name="seen"/>.</summary>
    public async Task WhenChangedAsync(ClusterSnapshot seen, CancellationToken cancellationToken)
    {
        Task changed;
        lock (_lock)
        {
            if (_current != seen) return;
            changed = _changed.Task;
        }
        await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes in leaders, and where they are, that a broker told in an answer (KIP-951).</summary>
    /// <returns>Whether any was news.</returns>
    public bool ApplyLeaders(IReadOnlyCollection<LeaderUpdate> leaders, IReadOnlyCollection<BrokerNode> brokers)
    {
        bool knowsBrokers = LearnBrokers(brokers);
        return Publish(last => SnapshotBuilder.ApplyLeaders(last, leaders)) || knowsBrokers;
    }

    /// <summary>Takes in where brokers are.</summary>
    /// <returns>Whether any was news.</returns>
    public bool LearnBrokers(IReadOnlyCollection<BrokerNode> brokers) =>
        Publish(last => SnapshotBuilder.ApplyBrokers(last, brokers));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _waiters.Fail(new ObjectDisposedException(nameof(LogBrokerClient)));
    }

    private async Task<TopicSnapshot> WaitForTopicAsync(string name, CancellationToken cancellationToken)
    {
        long started = _cluster.Time.GetTimestamp();
        for (int tries = 1; ; tries++)
        {
            var snapshot = await RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (snapshot.FindTopic(name) is { } topic) return topic;
            var error = snapshot.Topics.GetValueOrDefault(name)?.Error ?? ErrorCode.UnknownTopicOrPartition;
            if (error != ErrorCode.None && !error.IsRetriable()) throw error.ToException($"Asking for topic {name}");
            TimeSpan patience = error == ErrorCode.UnknownTopicOrPartition
                ? _cluster.Options.TopicPropagationMax
                : _cluster.Options.ApiTimeout;
            if (_cluster.Time.GetElapsedTime(started) >= patience) throw NotFound(name, error, patience);
            await _cluster.RetryBackoff.WaitAsync(tries, _cluster.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static KafkaException NotFound(string name, ErrorCode error, TimeSpan patience) =>
        error == ErrorCode.UnknownTopicOrPartition
            ? new TopicNotFoundException(
                name,
                $"Topic {name} does not exist; brokers were asked for {patience.TotalSeconds:0.#} s. Create it, or let brokers create " +
                "topics (auto.create.topics.enable).")
            : new RequestTimedOutException($"Topic {name} could not be used for {patience.TotalSeconds:0.#} s: {error}.");

    private async Task LoopAsync()
    {
        int failures = 0;
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await WaitForWorkAsync(failures).ConfigureAwait(false);
                long ticket = _waiters.Begin();
                var snapshot = await RefreshOnceAsync().ConfigureAwait(false);
                failures = 0;
                _waiters.Complete(ticket, snapshot);
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                failures = NoteFailure(failure) ? failures + 1 : 0;
            }
        }
    }

    /// <summary>After a failure, the backoff; else until somebody asks or the snapshot is too old.</summary>
    private async Task WaitForWorkAsync(int failures)
    {
        if (failures > 0)
        {
            await _cluster.RetryBackoff.WaitAsync(failures, _cluster.Time, _stopped.Token).ConfigureAwait(false);
            return;
        }
        var age = Current.Version > 0 ? _cluster.Options.MetadataAgeMax : Timeout.InfiniteTimeSpan;
        await UntilAsync(() => _waiters.IsAsked, age).ConfigureAwait(false);
        await PaceAsync().ConfigureAwait(false);
    }

    /// <summary>Complaints that come in a burst are answered together, at most once in <c>retry.backoff.ms</c>; who waits is not kept
    /// waiting.</summary>
    private async Task PaceAsync()
    {
        TimeSpan left = _cluster.Options.RetryBackoff - _cluster.Time.GetElapsedTime(_lastSuccess);
        if (left > TimeSpan.Zero && Current.Version > 0) await UntilAsync(() => _waiters.HasWaiting, left).ConfigureAwait(false);
    }

    /// <summary>Until something holds that is told by <see cref="Wake"/>, or this time is over.</summary>
    private async Task UntilAsync(Func<bool> holds, TimeSpan atMost)
    {
        using var over = new CancellationTokenSource(atMost, _cluster.Time);
        using var due = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token, over.Token);
        try
        {
            while (!holds()) await _wake.WaitAsync(due.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_stopped.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    private async Task<ClusterSnapshot> RefreshOnceAsync()
    {
        bool startsOver = _startsOver || IsWithoutAnswerTooLong();
        var named = Interests.Named();
        await AskAsync(Interests.WantsAll ? null : named, mayCreate: false, startsOver, isComplete: true).ConfigureAwait(false);
        // The answer to "all" has no word of topics that do not exist, or may not be seen.
        string[] untold = [.. named.Where(name => !Current.Topics.ContainsKey(name))];
        if (untold.Length > 0) await AskAsync(untold, mayCreate: false, false, isComplete: false).ConfigureAwait(false);
        string[] toCreate =
        [
            .. Current.Topics.Values
                .Where(topic => topic.Error == ErrorCode.UnknownTopicOrPartition && Interests.MayCreate(topic.Name))
                .Select(topic => topic.Name),
        ];
        if (toCreate.Length > 0) await AskAsync(toCreate, mayCreate: true, false, isComplete: false).ConfigureAwait(false);
        _startsOver = false;
        _failingSince = null;
        _lastSuccess = _cluster.Time.GetTimestamp();
        return Current;
    }

    private async Task AskAsync(IReadOnlyCollection<string>? topics, bool mayCreate, bool startsOver, bool isComplete)
    {
        var response = await _source.AskAsync(topics, mayCreate, startsOver, _stopped.Token).ConfigureAwait(false);
        Publish(last => SnapshotBuilder.Apply(last, response, isComplete));
    }

    private bool IsWithoutAnswerTooLong() =>
        _cluster.Options.MetadataRecovery == MetadataRecovery.Rebootstrap
        && _failingSince is { } since
        && _cluster.Time.GetElapsedTime(since) > _cluster.Options.RebootstrapTrigger;

    /// <returns>Whether to try again without being asked.</returns>
    private bool NoteFailure(Exception failure)
    {
        Log.Failed(_cluster.Logger, failure.Message);
        _waiters.LastFailure = failure;
        _failingSince ??= _cluster.Time.GetTimestamp();
        bool mayStartOver = _cluster.Options.MetadataRecovery == MetadataRecovery.Rebootstrap;
        if (mayStartOver && failure is KafkaException { ErrorCode: ErrorCode.RebootstrapRequired }) return _startsOver = true;
        if (failure is not KafkaException { IsRetriable: false }) return true;
        _waiters.Fail(failure);
        return false;
    }

    private bool Publish(Func<ClusterSnapshot, ClusterSnapshot?> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (change(_current) is not { } next) return false;
            Volatile.Write(ref _current, next);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.TrySetResult();
        return true;
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it at the same moment.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5020, LogLevel.Debug, "What is known of the cluster is stale: {Reason}", EventName = "MetadataStale")]
        public static partial void Stale(ILogger logger, string reason);

        [LoggerMessage(5021, LogLevel.Warning, "Asking about the cluster failed: {Reason}", EventName = "MetadataFailed")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
