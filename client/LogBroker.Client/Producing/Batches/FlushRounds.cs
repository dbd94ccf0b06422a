namespace LogBroker.Client.Producing.Batches;

/// <summary>Counts the batches that are not completed, so that a flush knows when all that were begun before it are.</summary>
/// <remarks>Thread-safe; touched once when a batch begins and once when it ends.</remarks>
internal sealed class FlushRounds
{
    private readonly Lock _lock = new();
    private FlushRound _current = new(before: null);
    private int _flushes;

    /// <summary>Whether somebody flushes: nothing lingers.</summary>
    public bool IsFlushing => Volatile.Read(ref _flushes) > 0;

    /// <summary>A batch begins.</summary>
    /// <returns>The round it belongs to.</returns>
    public FlushRound Enter()
    {
        lock (_lock)
        {
            _current.Batches++;
            return _current;
        }
    }

    /// <summary>More batches take a batch's place.</summary>
    public void Add(FlushRound round, int batches)
    {
        lock (_lock) round.Batches += batches;
    }

    /// <summary>A batch is completed.</summary>
    public void Leave(FlushRound round)
    {
        lock (_lock)
        {
            round.Batches--;
            for (FlushRound? ended = round; ended is { IsDone: true } && ended != _current; ended = ended.After)
            {
                ended.SetDone();
                if (ended.After is { } after) after.Before = null;
            }
        }
    }

    /// <summary>Waits until every batch begun so far is completed.</summary>
    public async Task FlushAsync(Action begun, CancellationToken cancellationToken)
    {
        Task done;
        lock (_lock)
        {
            FlushRound round = _current;
            if (round.IsDone) return;
            _current = new FlushRound(round);
            round.After = _current;
            done = round.WhenDone;
            Interlocked.Increment(ref _flushes);
        }

        try
        {
            begun();
            await done.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _flushes);
        }
    }
}
