using System.Globalization;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Recovery;

/// <summary>Keeps what recovery takes out of a log, under names that nothing reads, for people to look at.</summary>
internal sealed class TornData(LogEnvironment environment, LogDirectoryEntry entry)
{
    private const string Suffix = ".torn";
    private const int CopyBytes = 1024 * 1024;

    /// <summary>Copies the end of a segment's file before it is cut off.</summary>
    public void SaveTail(LogSegment segment, long from, long to)
    {
        if (from >= to) return;
        string path = string.Create(CultureInfo.InvariantCulture, $"{segment.Log.Path}.{from}{Suffix}");
        using IDiskFile copy = environment.Disk.Open(path, FileOpening.OrCreate);
        var buffer = new byte[(int)Math.Min(CopyBytes, to - from)];
        for (long position = from; position < to;)
        {
            int read = segment.Log.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - position)), position);
            if (read == 0) break;
            copy.Write(buffer.AsSpan(0, read), position - from);
            position += read;
        }
    }

    /// <summary>Renames the files of whole segments, and deletes those without records.</summary>
    public void PutAside(ReadOnlySpan<LogSegment> segments)
    {
        foreach (LogSegment segment in segments)
        {
            if (segment.Log.Length == 0)
            {
                segment.Delete();
                continue;
            }

            segment.Dispose();
            foreach (string suffix in (ReadOnlySpan<string>)
                [
                    SegmentFileNames.Log,
                    SegmentFileNames.OffsetIndex,
                    SegmentFileNames.TimeIndex,
                    SegmentFileNames.TransactionIndex,
                ])
            {
                string path = Path.Combine(entry.Directory, SegmentFileNames.Of(segment.BaseOffset, suffix));
                if (environment.Disk.FileExists(path)) environment.Disk.Rename(path, path + Suffix);
            }
        }
    }
}
