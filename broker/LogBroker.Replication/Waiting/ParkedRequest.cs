namespace LogBroker.Replication.Waiting;

/// <summary>A request that waits until one of the partitions it watches moves, or its time is up.</summary>
/// <remarks>Made by <see cref="Purgatory.Park"/>; completes once. Must be disposed, which takes it off every list.</remarks>
public sealed class ParkedRequest : WheelEntry, IDisposable
{
    private readonly TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Purgatory _purgatory;
    private readonly Watch[] _watches;

    internal ParkedRequest(Purgatory purgatory, IReadOnlyList<WatchList> lists)
    {
        _purgatory = purgatory;
        _watches = new Watch[lists.Count];
        for (int i = 0; i < _watches.Length; i++) _watches[i] = new Watch(this, lists[i]);
    }

    /// <summary>Completes, never faults, when a watched partition has moved or the time is up.</summary>
    public Task Moved => _moved.Task;

    /// <summary>Whether the time was up first.</summary>
    public bool IsExpired { get; private set; }

    public void Dispose()
    {
        _purgatory.Forget(this);
        foreach (Watch watch in _watches) watch.List.Remove(watch);
        _moved.TrySetResult();
    }

    internal void StartWatching()
    {
        foreach (Watch watch in _watches) watch.List.Add(watch);
    }

    internal void Wake() => _moved.TrySetResult();

    protected internal override void OnExpired()
    {
        IsExpired = true;
        _moved.TrySetResult();
    }
}
