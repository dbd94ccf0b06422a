using System.Buffers;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Segments;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.Storage.Logs;

/// <summary>Record batches that lie in a segment's file.</summary>
/// <remarks>It pins the file: open until <see cref="Dispose"/>, readable even when it is deleted meanwhile. A transport may
/// move the bytes itself by <see cref="Handle"/>, <see cref="Position"/> and <see cref="SizeInBytes"/>; it must dispose of
/// this afterwards, and only then.</remarks>
public sealed class FileRecords : IRecords, IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly SegmentFile _segmentFile;
    private readonly IDiskFile _file;
    private int _isDisposed;

    internal FileRecords(SegmentFile file, long position, int sizeInBytes)
    {
        _segmentFile = file;
        _file = file.Acquire();
        Position = position;
        SizeInBytes = sizeInBytes;
    }

    /// <summary>The descriptor; null when the disk is not a real one.</summary>
    public SafeFileHandle? Handle => _file.Handle;

    /// <summary>Where in the file the records begin.</summary>
    public long Position { get; }

    public int SizeInBytes { get; }

    /// <inheritdoc/>
    /// <exception cref="DiskException">The file cannot be read, or the log was truncated under this read.</exception>
    public void Read(int position, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, SizeInBytes - position);
        while (!destination.IsEmpty)
        {
            int read = _file.Read(destination, Position + position);
            if (read == 0)
                throw new DiskException(DiskFault.Other, "read", _file.Path, "The log was truncated during a read.");
            destination = destination[read..];
            position += read;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DiskException">The file cannot be read, or the log was truncated under this read.</exception>
    public void CopyTo(IBufferWriter<byte> output)
    {
        for (int done = 0; done < SizeInBytes;)
        {
            int step = Math.Min(SizeInBytes - done, ChunkBytes);
            Read(done, output.GetSpan(step)[..step]);
            output.Advance(step);
            done += step;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) _segmentFile.Release();
    }
}
