using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Recovery;

/// <summary>Opens the log in a directory.</summary>
internal sealed class LogLoader(LogEnvironment environment)
{
    private const int ScanBytes = 1024 * 1024;

    /// <summary>Finds the segments of a log and what they hold; makes the first when there are none.</summary>
    public PartitionLogContent Load(LogDirectoryEntry entry, LogOptions options)
    {
        var segments = new List<LogSegment>();
        foreach (DiskEntry file in environment.Disk.List(entry.Directory).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (file.Name.EndsWith(SegmentFileNames.Deleted, StringComparison.Ordinal))
                environment.Disk.DeleteFile(Path.Combine(entry.Directory, file.Name));
            if (SegmentFileNames.TryParse(file.Name, SegmentFileNames.Log, out Offset baseOffset))
            {
                segments.Add(new LogSegment(
                    environment.Handles, entry.Directory, baseOffset, options, environment.Now));
            }
        }

        if (segments.Count == 0)
        {
            var first = new LogSegment(
                environment.Handles, entry.Directory, entry.LogStartOffset, options, environment.Now);
            first.CreateFiles();
            segments.Add(first);
        }

        var epochs = new LeaderEpochs(environment.Disk);
        epochs.Load(entry.Directory);
        Offset end = segments[0].BaseOffset;
        foreach (LogSegment segment in segments) end = Rebuild(segment, options, epochs);
        foreach (LogSegment segment in segments.SkipLast(1)) segment.Seal();
        return new PartitionLogContent
        {
            Partition = entry.Partition,
            TopicId = entry.TopicId,
            Directory = entry.Directory,
            Options = options,
            Segments = [.. segments],
            Epochs = epochs,
            LogStartOffset = Offset.Max(entry.LogStartOffset, segments[0].BaseOffset),
            LogEndOffset = end,
            DurableEndOffset = entry.RecoveryPoint,
            RecoveryPoint = entry.RecoveryPoint,
        };
    }

    private static Offset Rebuild(LogSegment segment, LogOptions options, LeaderEpochs epochs)
    {
        segment.Offsets.Reset();
        segment.Times.Reset();
        long length = segment.Log.Length;
        long position = 0;
        Offset end = segment.BaseOffset;
        byte[] buffer = new byte[ScanBytes];
        while (position < length)
        {
            int read = segment.Log.Read(buffer, position);
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, read);
            while (RecordBatchView.TryRead(rest, out RecordBatchView batch) && batch.IsCrcValid)
            {
                segment.Note(batch, position, batch.SizeInBytes, options.IndexIntervalBytes);
                epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
                position += batch.SizeInBytes;
                end = batch.NextOffset;
                rest = rest[batch.SizeInBytes..];
            }

            if (rest.Length == read)
            {
                if (!RecordBatchView.TryReadHeader(rest, out _, out int size) || size <= read || size > length) break;
                buffer = new byte[size];
            }
        }

        if (position < length) segment.Log.SetLength(position);
        segment.Publish(position);
        return end;
    }
}
