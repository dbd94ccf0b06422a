using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Producing.Transactions;

/// <summary>The transaction of a producer: its phase, what is part of it, and whose it is.</summary>
/// <remarks>
/// Thread-safe. The application begins and ends, one call at a time; senders ask whether a partition may be written to and tell
/// failures. A failure before the end leaves only the abort; a fatal one ends the producer.
/// </remarks>
internal sealed class ProducerTransaction(string transactionalId, TransactionCoordinator coordinator)
    : ITransactionWatch, IProducerIdentities, IAsyncDisposable
{
    /// <summary>The last Produce that does not make its partitions part of the transaction.</summary>
    private const short LastAddedProduceVersion = 11;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly HashSet<TopicPartition> _added = [];
    private readonly HashSet<TopicPartition> _wanted = [];
    private ProducerIdentity? _identity;
    private Task _adding = Task.CompletedTask;
    private volatile TransactionPhase _phase;
    private volatile int _number;
    private bool _hasOffsets;
    private bool _lostRecords;

    public string TransactionalId { get; } = transactionalId;

    public short ProduceVersionMax => coordinator.IsSelfChecking ? short.MaxValue : LastAddedProduceVersion;

    public TransactionPhase Phase
    {
        get => _phase;
        private set => _phase = value;
    }

    public int OpenNumber => _phase == TransactionPhase.Open ? _number : 0;

    /// <inheritdoc/>
    public KafkaException? Failure { get; private set; }

    /// <summary>Makes senders look again.</summary>
    public Action WakeSenders { get; set; } = static () => { };

    /// <summary>Fails what waits to be sent.</summary>
    public Action<KafkaException> FailQueued { get; set; } = static _ => { };

    public ProducerIdentity? Current => Volatile.Read(ref _identity);

    /// <summary>Nothing is raised while a transaction is open; its end does it.</summary>
    public bool TryRaise(ProducerIdentity stale) => Current is { } current && current != stale;

    /// <summary>Gets an id, which fences earlier producers of the name, unless the producer has one that will do.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        ThrowIfFatal();
        if (Phase != TransactionPhase.Uninitialized) return;
        try
        {
            Volatile.Write(ref _identity, await coordinator.InitializeAsync(_identity, cancellationToken).ConfigureAwait(false));
        }
        catch (KafkaException failure)
        {
            if (failure is FatalProducerException) NoteFatal(failure);
            throw;
        }

        Phase = TransactionPhase.Ready;
    }

    public void Begin()
    {
        ThrowIfFatal();
        lock (_lock)
        {
            if (Phase != TransactionPhase.Ready)
                throw new InvalidOperationException($"A transaction cannot begin: the last one is {Phase}. Commit or abort it first.");
            _added.Clear();
            _wanted.Clear();
            _hasOffsets = false;
            _lostRecords = false;
            Failure = null;
            _number++;
            Phase = TransactionPhase.Open;
        }

        WakeSenders(); // a record that came too late for the last transaction is one of this
    }

    /// <summary>What a call for records has to fail with; null when they may come.</summary>
    public Exception? RefusalOfRecords() => Phase switch
    {
        TransactionPhase.Open => null,
        TransactionPhase.MustAbort or TransactionPhase.Fatal => Failure,
        TransactionPhase.Flushing or TransactionPhase.Ending => new InvalidOperationException("The transaction is being ended."),
        TransactionPhase.MustCommit => new InvalidOperationException("The commit was not answered: call CommitAsync again to learn its outcome."),
        _ => new InvalidOperationException("No transaction is open: call BeginTransactionAsync first."),
    };

    public Exception RefusalOf(int number) => RefusalOfRecords()
        ?? new InvalidOperationException($"The transaction the record was produced in, number {number} of this producer, has ended.");

    public bool MaySendTo(TopicPartition partition)
    {
        lock (_lock)
        {
            if (Phase is not (TransactionPhase.Open or TransactionPhase.Flushing)) return false;
            if (coordinator.IsSelfChecking)
            {
                _added.Add(partition);
                return true;
            }

            if (_added.Contains(partition)) return true;
            if (_wanted.Add(partition) && _adding.IsCompleted) _adding = Task.Run(AddPartitionsAsync);
            return false;
        }
    }

    public void NoteFailure(ProducerBatch batch, KafkaException failure) =>
        NoteFailure(TransactionErrors.OfRecords(failure, TransactionalId), lostRecords: true);

    public async Task CommitOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group, CancellationToken cancellationToken)
    {
        if (RefusalOfRecords() is { } refusal) throw refusal;
        if (group.GenerationId >= 0 && group.MemberId.Length == 0)
            throw new ArgumentException("A generation without a member vouches for nobody: give the consumer's own GroupMetadata.", nameof(group));
        if (offsets.Count == 0) return;
        lock (_lock) _hasOffsets = true;
        try
        {
            await coordinator.CommitOffsetsAsync(Current!, offsets, group, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException failure)
        {
            NoteFailure(failure, lostRecords: false);
            throw;
        }
    }

    /// <summary>What a call to commit has to fail with; null when it may come.</summary>
    public Exception? RefusalOfCommit() => Phase == TransactionPhase.MustCommit ? null : RefusalOfRecords();

    /// <summary>Commits.</summary>
    /// <param name="flush">Sends what was taken in, and waits for it; nothing more is taken in meanwhile.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CommitAsync(Func<CancellationToken, Task> flush, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (RefusalOfCommit() is { } refusal) throw refusal;
            if (Phase == TransactionPhase.Open) Phase = TransactionPhase.Flushing;
        }

        try
        {
            await flush(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(TransactionPhase.Flushing, TransactionPhase.Open);
            throw;
        }

        lock (_lock)
        {
            if (Phase is TransactionPhase.MustAbort or TransactionPhase.Fatal) throw Failure!;
            Phase = TransactionPhase.Ending;
        }

        await EndAsync(commits: true, cancellationToken).ConfigureAwait(false);
    }

    private void Leave(TransactionPhase left, TransactionPhase entered)
    {
        lock (_lock)
        {
            if (Phase == left) Phase = entered;
        }
    }

    /// <summary>Begins to abort: nothing more is sent.</summary>
    public void BeginAbort()
    {
        ThrowIfFatal();
        lock (_lock)
        {
            if (Phase is not (TransactionPhase.Open or TransactionPhase.MustAbort))
                throw RefusalOfRecords()!;
            Phase = TransactionPhase.MustAbort;
            Failure ??= new TransactionAbortableException(
                ErrorCode.OperationNotAttempted, $"The transaction of {TransactionalId} was aborted before the record was sent.");
        }
    }

    /// <summary>Aborts; nothing is on its way.</summary>
    public async Task AbortAsync(CancellationToken cancellationToken)
    {
        await _adding.WaitAsync(cancellationToken).ConfigureAwait(false);
        await EndAsync(commits: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _adding.ConfigureAwait(false);
    }

    private async Task EndAsync(bool commits, CancellationToken cancellationToken)
    {
        try
        {
            bool isEmpty;
            lock (_lock) isEmpty = _added.Count == 0 && !_hasOffsets;
            ProducerIdentity next = isEmpty
                ? Current!
                : await coordinator.EndAsync(Current!, commits, cancellationToken).ConfigureAwait(false);
            bool isRaised = next != Current;
            Volatile.Write(ref _identity, next);
            // Sequences of records that were lost leave gaps: only a new epoch closes them.
            Phase = _lostRecords && !isRaised ? TransactionPhase.Uninitialized : TransactionPhase.Ready;
            Failure = null;
        }
        catch (Exception unanswered) when (unanswered is OperationCanceledException or KafkaException { IsRetriable: true })
        {
            // Whether it has ended is not known; asking for the same again tells.
            Phase = commits ? TransactionPhase.MustCommit : TransactionPhase.MustAbort;
            throw;
        }
        catch (KafkaException forgotten) when (!commits && TransactionErrors.IsForgotten(forgotten.ErrorCode))
        {
            // There is nothing left to abort. The next transaction asks who the producer is (KIP-360).
            Phase = TransactionPhase.Uninitialized;
            Failure = null;
        }
        catch (FatalProducerException refused) when (commits && coordinator.IsSelfChecking && refused.ErrorCode == ErrorCode.InvalidTxnState)
        {
            // It was not committed, and its abort tells whether this producer may go on.
            NoteFailure(TransactionErrors.TimedOut(refused, TransactionalId), lostRecords: false);
            throw Failure!;
        }
        catch (KafkaException failure)
        {
            NoteFailure(failure, lostRecords: false);
            throw;
        }
    }

    private async Task AddPartitionsAsync()
    {
        while (true)
        {
            TopicPartition[] partitions;
            lock (_lock)
            {
                partitions = [.. _wanted];
                if (partitions.Length == 0)
                {
                    _adding = Task.CompletedTask;
                    return;
                }
            }

            try
            {
                await coordinator.AddPartitionsAsync(Current!, partitions, _stopped.Token).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                lock (_lock) _wanted.ExceptWith(partitions);
                NoteFailure(
                    failure as KafkaException ?? new TransactionAbortableException(
                        ErrorCode.UnknownServerError, $"Adding partitions to the transaction of {TransactionalId} failed: {failure.Message}", failure),
                    lostRecords: false);
                continue;
            }

            lock (_lock)
            {
                _wanted.ExceptWith(partitions);
                _added.UnionWith(partitions);
            }

            WakeSenders();
        }
    }

    private void NoteFailure(KafkaException failure, bool lostRecords)
    {
        if (failure is FatalProducerException)
        {
            NoteFatal(failure);
            return;
        }

        lock (_lock)
        {
            _lostRecords |= lostRecords;
            if (Phase is TransactionPhase.MustAbort or TransactionPhase.Fatal) return;
            Phase = TransactionPhase.MustAbort;
            Failure = failure as TransactionAbortableException
                ?? new TransactionAbortableException(failure.ErrorCode, $"{failure.Message} Abort the transaction and try it again.", failure);
        }

        FailQueued(Failure);
    }

    private void NoteFatal(KafkaException failure)
    {
        lock (_lock)
        {
            if (Phase == TransactionPhase.Fatal) return;
            Phase = TransactionPhase.Fatal;
            Failure = failure;
        }

        FailQueued(failure);
    }

    private void ThrowIfFatal()
    {
        if (Phase == TransactionPhase.Fatal) throw Failure!;
    }
}
