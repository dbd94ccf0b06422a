using Microsoft.Win32.SafeHandles;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>A file read piece by piece, forwards.</summary>
internal sealed class SegmentWindow : IDisposable
{
    private const int StepBytes = 1024 * 1024;

    private readonly SafeFileHandle _file;
    private byte[] _bytes = new byte[StepBytes];
    private long _start;
    private int _count;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    public SegmentWindow(string path)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(_file);
    }

    /// <summary>The file's length when it was opened.</summary>
    public long Length { get; }

    /// <summary>The bytes from a position on, at most so many, fewer at the file's end. Valid until the next call.</summary>
    public ReadOnlySpan<byte> At(long position, int count)
    {
        count = (int)Math.Min(count, Length - position);
        if (count <= 0) return [];
        if (position < _start || position + count > _start + _count) Fill(position, count);
        return _bytes.AsSpan((int)(position - _start), Math.Min(count, _count - (int)(position - _start)));
    }

    public void Dispose() => _file.Dispose();

    private void Fill(long position, int count)
    {
        if (_bytes.Length < count) _bytes = new byte[count];
        _start = position;
        _count = 0;
        while (_count < _bytes.Length && RandomAccess.Read(_file, _bytes.AsSpan(_count), position + _count) is var read and > 0)
            _count += read;
    }
}
