using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LogBroker.AdminCli.Records;

/// <summary>The lines of a file or a pipe as bytes, so that nothing has to be text.</summary>
internal static class InputLines
{
    /// <summary>Line by line, without the line's end; what follows the last one counts when it is not empty.</summary>
    public static async IAsyncEnumerable<byte[]> ReadAsync(Stream input, [EnumeratorCancellation] CancellationToken cancelled)
    {
        PipeReader reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancelled);
            ReadOnlySequence<byte> left = read.Buffer;
            while (left.PositionOf((byte)'\n') is { } end)
            {
                yield return Trimmed(left.Slice(0, end));
                left = left.Slice(left.GetPosition(1, end));
            }
            if (read.IsCompleted)
            {
                if (!left.IsEmpty) yield return Trimmed(left);
                await reader.CompleteAsync();
                yield break;
            }
            reader.AdvanceTo(left.Start, left.End);
        }
    }

    /// <summary>Lines of files from Windows end with two letters.</summary>
    private static byte[] Trimmed(ReadOnlySequence<byte> line)
    {
        byte[] bytes = line.ToArray();
        return bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes;
    }
}
