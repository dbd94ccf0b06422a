using LogBroker.Storage.Flushing;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Hosting;

/// <summary>The thread that syncs one log directory: it sleeps until something was appended, then syncs all of it at once.</summary>
/// <remarks>A thread of its own, because a sync blocks for as long as the disk likes. While it is in the kernel further
/// appends gather, and the next sync serves them together: the slower the disk, the larger the groups.</remarks>
internal sealed class FlushThread : IDisposable
{
    private readonly AutoResetEvent _requested = new(false);
    private readonly LogFlusher _flusher;
    private readonly KeyValuePair<string, object?> _directory;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    public FlushThread(LogDirectory directory, StorageMetrics metrics, TimeProvider time)
    {
        _flusher = directory.Flusher;
        _directory = StorageMetrics.TagOf(directory.Path);
        _metrics = metrics;
        _time = time;
        _flusher.WakeUp = () => _requested.Set();
        _thread = new Thread(Run) { Name = $"sync {directory.Path}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Syncs what was asked for so far, then ends the thread.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _requested.Set();
        _thread.Join();
        _requested.Dispose();
    }

    private void Run()
    {
        do
        {
            _requested.WaitOne();
            // Whatever was appended during one sync is the next one's group.
            long start = _time.GetTimestamp();
            while (_flusher.RunOnce())
            {
                _metrics.Flushed(_directory, _time.GetElapsedTime(start));
                start = _time.GetTimestamp();
            }
        }
        while (!_isStopping);
    }
}
