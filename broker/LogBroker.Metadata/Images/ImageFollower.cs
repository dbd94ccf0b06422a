using LogBroker.Metadata.Store;
using Microsoft.Extensions.Logging;

namespace LogBroker.Metadata.Images;

/// <summary>Holds the newest image and keeps it new from the store's changes.</summary>
/// <remarks>
/// Owner: <see cref="Catalogue"/>. Threads: reading and waiting from any; <see cref="RunAsync"/> is run once, by the host.
/// Failure: while the store cannot be read, the image grows old and is caught up later; if the history it needs is gone, it is
/// read afresh. When the run ends, for whatever reason, all who wait are told.
/// </remarks>
internal sealed partial class ImageFollower(
    IMetadataStore store, MetadataImage image, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private volatile MetadataImage _image = image;
    private long _seenRevision = image.Revision;
    private bool _isStopped;

    /// <summary>After each change, on the run's own path: old and new image. Who listens must not throw; a command whose change
    /// this is returns only when all have listened.</summary>
    public event Action<MetadataImage, MetadataImage>? Changed;

    public MetadataImage Image => _image;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await foreach (var change in store.WatchAsync("", _image.Revision + 1, cancellationToken))
                        Publish(_image.Apply(change));
                }
                catch (CompactedException)
                {
                    Log.FellBehind(logger, _image.Revision);
                    Publish(MetadataImage.From(await store.ReadAsync("", cancellationToken)));
                }
                catch (MetadataStoreException exception)
                {
                    Log.WatchFailed(logger, exception);
                    await Task.Delay(RetryAfter, time, cancellationToken);
                }
            }
        }
        finally
        {
            Stop();
        }
    }

    /// <summary>Returns once the image contains the revision and all listeners have seen it.</summary>
    /// <exception cref="InvalidOperationException">The run has ended: the image will not change any more.</exception>
    public async Task WaitForAsync(long revision, CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_lock)
        {
            if (_seenRevision >= revision) return;
            if (_isStopped) throw Stopped();
            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiter, revision);
        }

        await waiter.Task.WaitAsync(cancellationToken);
    }

    private void Publish(MetadataImage next)
    {
        var before = _image;
        _image = next;
        Changed?.Invoke(before, next);
        lock (_lock)
        {
            _seenRevision = next.Revision;
            while (_waiting.TryPeek(out var waiter, out long revision) && revision <= next.Revision)
            {
                _waiting.Dequeue();
                waiter.SetResult();
            }
        }
    }

    private void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            while (_waiting.TryDequeue(out var waiter, out _)) waiter.SetException(Stopped());
        }
    }

    private static InvalidOperationException Stopped() => new("The catalogue has stopped following the metadata store.");

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Warning,
            "Fell behind the metadata store's history at revision {Revision}; reading the catalogue afresh",
            EventName = "CatalogueFellBehind")]
        public static partial void FellBehind(ILogger logger, long revision);

        [LoggerMessage(3202, LogLevel.Error, "Could not follow the metadata store; trying again soon",
            EventName = "CatalogueWatchFailed")]
        public static partial void WatchFailed(ILogger logger, Exception exception);
    }
}
