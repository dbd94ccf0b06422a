namespace LogBroker.Server.Hosting;

/// <summary>What is known of one connection's liveliness.</summary>
/// <remarks>Marked by the connection's loops, asked once a second by the heartbeat alone, which is the only one to look at the
/// clock: times are right to the second.</remarks>
internal sealed class ConnectionWatch(BrokerListener listener, TimeProvider time) : IListenerFeature
{
    /// <summary>A request in arrival earns a second for so many bytes.</summary>
    private const int BytesPerSecondMin = 64 * 1024;

    private long _lastActive = time.GetTimestamp();
    private volatile bool _isActive;
    private long _receivedBytes;
    private long? _receivingSince;
    private volatile bool _isNewRequest;

    public BrokerListener Listener { get; } = listener;

    /// <summary>How long nothing was marked.</summary>
    public TimeSpan IdleTime
    {
        get
        {
            if (_isActive)
            {
                _isActive = false;
                _lastActive = time.GetTimestamp();
            }
            return time.GetElapsedTime(_lastActive);
        }
    }

    public void MarkActive() => _isActive = true;

    public void MarkReceiving(long bytes)
    {
        Volatile.Write(ref _receivedBytes, bytes);
        if (bytes == 0) _isNewRequest = true;
    }

    /// <summary>Whether a request that has begun to arrive takes longer than its time.</summary>
    public bool IsReceivingTooLong(TimeSpan timeout)
    {
        long bytes = Volatile.Read(ref _receivedBytes);
        if (bytes == 0 || _isNewRequest || _receivingSince is not { } since)
        {
            _isNewRequest = false;
            _receivingSince = bytes == 0 ? null : time.GetTimestamp();
            return false;
        }
        return timeout != TimeSpan.MaxValue
            && time.GetElapsedTime(since) > timeout + TimeSpan.FromSeconds((double)bytes / BytesPerSecondMin);
    }
}
