using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using LogBroker.TransportBench.OwnSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.TransportBench;

/// <summary>The server half: what a broker does with frames and files, and nothing else.</summary>
/// <param name="file">What fetches are served from.</param>
/// <param name="fromFile">Whether the transport may send from the file itself.</param>
internal sealed class FrameHandler(SafeFileHandle file, bool fromFile) : ConnectionHandler
{
    // As much as is read from a file before it is sent on.
    private const int ChunkBytes = 256 * 1024;

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                ReadOnlySequence<byte> buffer = read.Buffer;
                while (TryReadFrame(ref buffer, out ReadOnlySequence<byte> frame))
                    await AnswerAsync(frame, output);
                if (output.UnflushedBytes > 0)
                    await output.FlushAsync();
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (ConnectionResetException)
        {
            // The client has measured enough.
        }
    }

    private static bool TryReadFrame(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadBigEndian(out int length) || reader.Remaining < length)
            return false;
        frame = buffer.Slice(reader.Position, length);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    private async ValueTask AnswerAsync(ReadOnlySequence<byte> frame, PipeWriter output)
    {
        // Records are handled as one piece of memory: a frame in several pieces is copied.
        byte[]? copy = null;
        if (!frame.IsSingleSegment)
        {
            copy = ArrayPool<byte>.Shared.Rent((int)frame.Length);
            frame.CopyTo(copy);
        }
        ReadOnlySpan<byte> whole = copy is null ? frame.FirstSpan : copy.AsSpan(0, (int)frame.Length);
        bool isSink = whole[0] == (byte)Direction.Sink;
        int wanted = BinaryPrimitives.ReadInt32BigEndian(whole[1..]);
        if (copy is not null)
            ArrayPool<byte>.Shared.Return(copy);
        int answerBytes = isSink ? Workload.SmallBytes : wanted;
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), answerBytes);
        output.Advance(4);
        if (isSink)
        {
            output.GetSpan(answerBytes)[..answerBytes].Clear();
            output.Advance(answerBytes);
        }
        else if (fromFile && output is IFileSender sender)
        {
            await sender.SendFileAsync(file, 0, wanted);
        }
        else
        {
            await CopyFileAsync(output, wanted);
        }
    }

    private async ValueTask CopyFileAsync(PipeWriter output, int count)
    {
        long position = 0;
        while (position < count)
        {
            Memory<byte> room = output.GetMemory(4096);
            int read = RandomAccess.Read(file, room.Span[..(int)Math.Min(room.Length, count - position)], position);
            output.Advance(read);
            position += read;
            if (output.UnflushedBytes >= ChunkBytes)
                await output.FlushAsync();
        }
    }
}
