using LogBroker.Coordination.Runtime;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Replication.Partitions;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Hosting.Coordination;

/// <summary>A partition of an internal topic, as its coordinator uses it.</summary>
internal sealed class CoordinatorPartition(Partition partition, TimeSpan commitTimeout) : IPartitionWriter
{
    private const int ReadBytes = 1024 * 1024;

    public int BatchBytesMax => partition.Log.Options.MaxMessageBytes;

    public Offset LogStartOffset => partition.LogStartOffset;

    public Offset LogEndOffset => partition.Log.LogEndOffset;

    public Offset CommittedEnd => partition.HighWatermark;

    public PartitionAppend Append(Memory<byte> batch)
    {
        AppendOutcome outcome = partition.AppendAsLeader(batch, AppendOrigin.Coordinator);
        return new PartitionAppend(outcome.Error, outcome.End);
    }

    public Task<ErrorCode> WhenCommittedAsync(Offset end) => partition.WhenHighWatermarkReachesAsync(end, commitTimeout);

    public int Read(Offset from, ref byte[] buffer)
    {
        PartitionRead read = partition.Read(new ReadRequest(
            from, ReadBytes, AtLeastOneBatch: true, IsolationLevel.ReadUncommitted, LeaderEpoch.None, LeaderEpoch.None));
        if (read.Error != ErrorCode.None) throw new IOException($"{partition.TopicPartition} cannot be read: {read.Error}.");
        int length = read.Records.SizeInBytes;
        if (buffer.Length < length) buffer = new byte[length];
        read.Records.Read(0, buffer.AsSpan(0, length));
        (read.Records as IDisposable)?.Dispose();
        return length;
    }
}
