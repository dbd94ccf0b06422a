using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace LogBroker.Coordination.Runtime;

/// <summary>Runs the state machine of one partition of a coordinator's topic: its commands decide one after another, their
/// records are appended at once, and answers leave when those are committed.</summary>
/// <remarks>
/// Owner: the coordinator of the topic. Threads: any; one lock orders commands, and nothing is awaited inside it.
/// Lifecycle: <see cref="StartLoading"/>, then commands, then <see cref="Unload"/>. An answer that has no records of its own
/// waits for all that was appended before it, so nothing is told that a crash could take back.
/// Failure: when an append or a commit fails, or a decision throws, the state is dropped, everybody parked is told, and the
/// partition is read again; there is no rollback.
/// </remarks>
public sealed partial class CoordinatorShard<TState> : IDisposable
    where TState : class, ICoordinatorState
{
    private static readonly TimeSpan RetryLoadAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>So often the wait doubles: half a minute is as seldom as a disk that is mended should be looked at.</summary>
    private const int FailedLoadsMax = 6;

    private readonly Lock _lock = new();
    private readonly IPartitionWriter _partition;
    private readonly Func<TState> _newState;
    private readonly CoordinatorRecordCodec _codec;
    private readonly CoordinatorEnvironment _environment;
    private readonly SteadyClock _clock;
    private readonly RecordBatchBuilder _batch;
    private readonly HashSet<PendingReply> _parked = [];
    private readonly ITimer _timer;
    private DateTimeOffset? _timerAt;
    private TState? _state;
    private ShardStatus _status = ShardStatus.Loading;
    private int _load;
    private int _failedLoads;
    private Offset _appendedEnd;

    public CoordinatorShard(
        int partitionIndex,
        IPartitionWriter partition,
        Func<TState> newState,
        CoordinatorRecordCodec codec,
        CoordinatorEnvironment environment)
    {
        PartitionIndex = partitionIndex;
        _partition = partition;
        _newState = newState;
        _codec = codec;
        _environment = environment;
        _clock = new SteadyClock(environment.Time);
        _batch = new RecordBatchBuilder(new RecordBatchOptions { Codec = environment.CodecOf(environment.Compression) });
        _timer = environment.Time.CreateTimer(
            _ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int PartitionIndex { get; }

    public ShardStatus Status
    {
        get
        {
            lock (_lock) return _status;
        }
    }

    /// <summary>Runs a command.</summary>
    /// <param name="decide">Called at most once, before this returns; must not keep the state.</param>
    public Task<CommandResult<TResponse>> RunAsync<TResponse>(Func<TState, DateTimeOffset, Decision<TResponse>> decide)
        where TResponse : class
    {
        Decision<TResponse> decision;
        Outcome outcome;
        lock (_lock)
        {
            if (_status != ShardStatus.Active) return Task.FromResult(CommandResult.Failed<TResponse>(Refusal));
            try
            {
                decision = decide(_state!, _clock.Now);
                if (decision.Parked is { } parked) _parked.Add(parked);
                outcome = Apply(decision);
            }
            catch (Exception e)
            {
                Log.CommandFailed(_environment.Logger, e, PartitionIndex);
                outcome = Outcome.Broken(ErrorCode.UnknownServerError);
                decision = default;
            }

            outcome = outcome with { Load = _load };
            ArmTimer();
        }

        return AnswerAsync(decision, outcome);
    }

    /// <summary>Reads; the answer leaves when what it tells is committed.</summary>
    public Task<CommandResult<TResponse>> ReadAsync<TResponse>(Func<TState, TResponse> read)
        where TResponse : class => RunAsync((state, _) => Decision.Answer(read(state)));

    /// <summary>Gives the partition up: everybody parked, and every later command, gets NOT_COORDINATOR.</summary>
    public void Unload() => Drop(ShardStatus.Unloaded, load: null, ErrorCode.NotCoordinator);

    public void Dispose()
    {
        Unload();
        _timer.Dispose();
        lock (_lock) _batch.Dispose();
    }

    private ErrorCode Refusal => _status switch
    {
        ShardStatus.Loading => ErrorCode.CoordinatorLoadInProgress,
        ShardStatus.Failed => ErrorCode.CoordinatorNotAvailable,
        _ => ErrorCode.NotCoordinator,
    };

    /// <summary>Appends the records and replays them. The log comes first: what it refuses has not happened.</summary>
    private Outcome Apply<TResponse>(in Decision<TResponse> decision)
        where TResponse : class
    {
        if (decision.Records.IsEmpty) return new Outcome(ErrorCode.None, _appendedEnd, IsBroken: false, 0);
        ErrorCode error = Append(decision);
        if (error != ErrorCode.None) return new Outcome(error, _appendedEnd, !decision.IsOnlyRecords, 0);
        foreach (CoordinatorRecord record in decision.Records) _state!.Replay(record);
        return new Outcome(ErrorCode.None, _appendedEnd, IsBroken: false, 0);
    }

    private ErrorCode Append<TResponse>(in Decision<TResponse> decision)
        where TResponse : class
    {
        long timestamp = _environment.Time.GetUtcNow().ToUnixTimeMilliseconds();
        int splitAt = decision.MaySplit ? _partition.BatchBytesMax / 2 : int.MaxValue;
        _batch.Reset();
        foreach (CoordinatorRecord record in decision.Records)
        {
            CoordinatorRecordCodec.Append(_batch, timestamp, record);
            if (_batch.UncompressedSizeInBytes < splitAt) continue;
            if (AppendBatch() is var error && error != ErrorCode.None) return error;
        }

        return _batch.RecordCount == 0 ? ErrorCode.None : AppendBatch();
    }

    private ErrorCode AppendBatch()
    {
        PartitionAppend appended = _partition.Append(_batch.Build());
        _batch.Reset();
        if (appended.Error == ErrorCode.None) _appendedEnd = appended.End;
        return appended.Error;
    }

    private Task<CommandResult<TResponse>> AnswerAsync<TResponse>(in Decision<TResponse> decision, in Outcome outcome)
        where TResponse : class
    {
        if (outcome.Error != ErrorCode.None) return Task.FromResult(Fail<TResponse>(outcome));
        if (_partition.CommittedEnd < outcome.End)
        {
            // Whatever answers a parked command is appended after this, so it leaves after this is committed.
            Task<CommandResult<TResponse>> answer = AnswerWhenCommittedAsync(decision, outcome);
            return decision.Parked?.Done ?? answer;
        }

        Deliver(decision);
        return decision.Parked?.Done ?? Task.FromResult(CommandResult.Of(decision.Response!));
    }

    private async Task<CommandResult<TResponse>> AnswerWhenCommittedAsync<TResponse>(
        Decision<TResponse> decision, Outcome outcome)
        where TResponse : class
    {
        ErrorCode error = await _partition.WhenCommittedAsync(outcome.End).ConfigureAwait(false);
        if (error != ErrorCode.None)
        {
            // After a time-out the records may yet be committed: the state stands, only these answers are lost.
            bool isBroken = error != ErrorCode.RequestTimedOut;
            FailReplies(decision, error);
            return Fail<TResponse>(outcome with { Error = error, IsBroken = isBroken });
        }

        Deliver(decision);
        return CommandResult.Of(decision.Response!);
    }

    private CommandResult<TResponse> Fail<TResponse>(in Outcome outcome)
        where TResponse : class
    {
        ErrorCode error = AppendErrors.ToCoordinatorError(outcome.Error);
        if (outcome.IsBroken && Drop(ShardStatus.Failed, outcome.Load, error))
            Log.Failed(_environment.Logger, PartitionIndex, outcome.Error);
        return CommandResult.Failed<TResponse>(error);
    }

    private void Deliver<TResponse>(in Decision<TResponse> decision)
        where TResponse : class
    {
        if (decision.Replies.IsEmpty) return;
        lock (_lock)
        {
            foreach (Reply reply in decision.Replies) _parked.Remove(reply.Pending);
        }

        foreach (Reply reply in decision.Replies) reply.Deliver();
    }

    private void FailReplies<TResponse>(in Decision<TResponse> decision, ErrorCode error)
        where TResponse : class
    {
        lock (_lock)
        {
            foreach (Reply reply in decision.Replies) _parked.Remove(reply.Pending);
        }

        foreach (Reply reply in decision.Replies) reply.Pending.Fail(AppendErrors.ToCoordinatorError(error));
    }

    /// <summary>Leaves the state behind and tells everybody parked.</summary>
    /// <param name="status">What the shard becomes.</param>
    /// <param name="load">The load whose state is meant; null = whichever.</param>
    /// <param name="error">What those parked are told.</param>
    /// <returns>False when that state is gone already.</returns>
    private bool Drop(ShardStatus status, int? load, ErrorCode error)
    {
        PendingReply[] parked;
        lock (_lock)
        {
            if (load is { } meant && (meant != _load || _status != ShardStatus.Active)) return false;
            if (_status == ShardStatus.Unloaded) return false;
            _status = status;
            _state = null;
            _load++;
            parked = [.. _parked];
            _parked.Clear();
            SetTimer(status == ShardStatus.Failed ? _clock.Now + RetryLoadAfter : null);
        }

        foreach (PendingReply pending in parked) pending.Fail(error);
        return true;
    }

    private void OnTimer()
    {
        ShardStatus status;
        lock (_lock)
        {
            _timerAt = null;
            status = _status;
        }

        if (status == ShardStatus.Active) RunTicks();
        else if (status is ShardStatus.Failed or ShardStatus.Loading) StartLoading();
    }

    /// <summary>Each deadline is a command of its own: what one decides, the next one sees.</summary>
    private void RunTicks()
    {
        bool isDue = true;
        while (isDue)
        {
            isDue = false;
            _ = RunAsync((state, now) =>
            {
                Decision<Nothing>? decision = state.Tick(now);
                isDue = decision is not null;
                return (decision ?? default) with { Response = Nothing.Instance };
            });
        }
    }

    private void ArmTimer()
    {
        if (_status != ShardStatus.Active || _state!.NextDeadline is not { } next) return;
        if (_timerAt is { } armed && armed <= next) return;
        SetTimer(next);
    }

    private void SetTimer(DateTimeOffset? at)
    {
        _timerAt = at;
        TimeSpan due = at is { } moment ? moment - _clock.Now : Timeout.InfiniteTimeSpan;
        // A millisecond more: a timer that is early by a part of one would find nothing due.
        if (at is not null) due = (due < TimeSpan.Zero ? TimeSpan.Zero : due) + TimeSpan.FromMilliseconds(1);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private readonly record struct Outcome(ErrorCode Error, Offset End, bool IsBroken, int Load)
    {
        public static Outcome Broken(ErrorCode error) => new(error, Offset.None, IsBroken: true, 0);
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Error, "A command of coordinator partition {Partition} failed; its state is read again",
            EventName = "CoordinatorCommandFailed")]
        public static partial void CommandFailed(ILogger logger, Exception exception, int partition);

        [LoggerMessage(4002, LogLevel.Error, "Coordinator partition {Partition} failed with {Error}; its state is read again",
            EventName = "CoordinatorFailed")]
        public static partial void Failed(ILogger logger, int partition, ErrorCode error);

        [LoggerMessage(4003, LogLevel.Information,
            "Coordinator partition {Partition} loaded {Records} records in {Milliseconds} ms", EventName = "CoordinatorLoaded")]
        public static partial void Loaded(ILogger logger, int partition, long records, long milliseconds);

        [LoggerMessage(4004, LogLevel.Error, "Coordinator partition {Partition} cannot be loaded; it is tried again",
            EventName = "CoordinatorCannotLoad")]
        public static partial void CannotLoad(ILogger logger, Exception exception, int partition);

        [LoggerMessage(4005, LogLevel.Warning,
            "Coordinator partition {Partition} holds a record at {Offset} that cannot be read (type {Type}); it is skipped",
            EventName = "CoordinatorRecordSkipped")]
        public static partial void Skipped(ILogger logger, int partition, Offset offset, short type);
    }
}
