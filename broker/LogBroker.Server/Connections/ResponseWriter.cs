using System.IO.Pipelines;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>Writes answers into a connection's pipe: what is in memory is copied, what is in files is read straight into
/// the pipe's own memory.</summary>
/// <remarks>Owned by one connection, used by its writing loop alone.</remarks>
internal sealed class ResponseWriter(PipeWriter output) : IDisposable
{
    /// <summary>So much is put into the pipe before it must be taken out again: large answers do not grow memory.</summary>
    private const int StepBytes = 64 * 1024;

    private readonly FrameBuffer _frame = new();

    /// <summary>Waits for an answer and writes it.</summary>
    /// <exception cref="ConnectionAbortException">The handler, or the pipe's reader, wants the connection closed.</exception>
    public async Task WriteAsync(PendingResponse due, bool flush)
    {
        IResponse? response = await due.Completed.ConfigureAwait(false);
        if (response is null) return;
        try
        {
            _frame.EncodeResponse(due.CorrelationId, response, due.Version);
            foreach (FramePiece piece in _frame.Pieces) await WriteAsync(piece).ConfigureAwait(false);
            if (flush) await FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Waits for an answer that nobody wants any more and lets go of what it holds.</summary>
    public async Task DropAsync(PendingResponse due)
    {
        await ((Task)due.Completed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!due.Completed.IsCompletedSuccessfully || due.Completed.Result is not { } response) return;
        _frame.Clear();
        _frame.EncodeResponse(due.CorrelationId, response, due.Version);
        Release();
    }

    public void Dispose() => _frame.Dispose();

    private async ValueTask WriteAsync(FramePiece piece)
    {
        int size = piece.SizeInBytes;
        for (int done = 0; done < size;)
        {
            int step = Fill(piece, done, Math.Min(StepBytes, size - done));
            done += step;
            if (output.UnflushedBytes >= StepBytes) await FlushAsync().ConfigureAwait(false);
        }
    }

    private int Fill(FramePiece piece, int position, int count)
    {
        Span<byte> free = output.GetSpan();
        int step = Math.Min(count, free.Length);
        if (piece.Records is { } records) records.Read(position, free[..step]);
        else piece.Bytes.Span.Slice(position, step).CopyTo(free);
        output.Advance(step);
        return step;
    }

    private async ValueTask FlushAsync()
    {
        FlushResult flushed = await output.FlushAsync().ConfigureAwait(false);
        if (flushed.IsCompleted || flushed.IsCanceled) throw new ConnectionAbortException("the client reads no more");
    }

    private void Release()
    {
        foreach (FramePiece piece in _frame.Pieces) (piece.Records as IDisposable)?.Dispose();
        _frame.Clear();
    }
}
