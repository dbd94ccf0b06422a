namespace LogBroker.Server.Connections;

/// <summary>What one topic took in and gave out since the broker started. Updates take no lock.</summary>
internal sealed class TopicTraffic
{
    private long _bytesIn;
    private long _recordsIn;
    private long _bytesOut;
    private long _recordsOut;

    public long BytesIn => Volatile.Read(ref _bytesIn);

    public long RecordsIn => Volatile.Read(ref _recordsIn);

    public long BytesOut => Volatile.Read(ref _bytesOut);

    public long RecordsOut => Volatile.Read(ref _recordsOut);

    public void Received(long bytes, long records)
    {
        Interlocked.Add(ref _bytesIn, bytes);
        Interlocked.Add(ref _recordsIn, records);
    }

    public void Sent(long bytes, long records)
    {
        Interlocked.Add(ref _bytesOut, bytes);
        Interlocked.Add(ref _recordsOut, records);
    }
}
