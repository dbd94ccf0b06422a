namespace LogBroker.Client.Producing.Batches;

/// <summary>The batches begun between two flushes: a flush waits for its round and all before.</summary>
internal sealed class FlushRound(FlushRound? before)
{
    private TaskCompletionSource? _done;

    /// <summary>The round before, while that is not done.</summary>
    public FlushRound? Before { get; set; } = before;

    /// <summary>The round after, once there is one.</summary>
    public FlushRound? After { get; set; }

    /// <summary>Batches that are not completed.</summary>
    public int Batches { get; set; }

    /// <summary>No batch of it or of a round before is on its way; only then, and when nobody can begin a batch in it.</summary>
    public bool IsDone => Batches == 0 && Before is null;

    public Task WhenDone => (_done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void SetDone() => _done?.TrySetResult();
}
