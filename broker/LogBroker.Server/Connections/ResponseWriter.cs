using System.IO.Pipelines;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>Writes answers into a connection's pipe: what is in memory is copied, what is in files is read straight into
/// the pipe's own memory.</summary>
/// <remarks>Owned by one connection, used by its writing loop alone.</remarks>
internal sealed class ResponseWriter(
    PipeWriter output, AnswerQueue queue, ConnectionCaller caller, ConnectionServices services) : IDisposable
{
    /// <summary>So much is put into the pipe before it must be taken out again: large answers do not grow memory.</summary>
    private const int StepBytes = 64 * 1024;

    private readonly FrameBuffer _frame = new();
    private readonly SentRecords _sent = new(services.Traffic);

    /// <summary>Waits for an answer and writes it.</summary>
    /// <exception cref="ConnectionAbortException">The handler, or the pipe's reader, wants the connection closed.</exception>
    public async Task WriteAsync(PendingResponse due, bool flush)
    {
        (ApiMeter meter, long startedAt) = (due.Meter, due.StartedAt);
        IResponse? response = await AnswerOfAsync(due).ConfigureAwait(false);
        if (response is not null)
        {
            try
            {
                response = Encode(due, response);
                meter.Answers(response);
                // A client may let this wait for long: nothing is held then but the bytes, and the files of a fetch.
                FetchResponse? fetched = response as FetchResponse;
                (response, due) = (null, default);
                await SendAsync(flush).ConfigureAwait(false);
                if (fetched is not null) _sent.Account(fetched);
            }
            finally
            {
                Release();
            }
        }

        meter.Answered(startedAt);
    }

    /// <summary>Waits for an answer that nobody wants any more and lets go of what it holds.</summary>
    public async Task DropAsync(PendingResponse due)
    {
        await ((Task)due.Completed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!due.Completed.IsCompletedSuccessfully || due.Completed.Result is not { } response) return;
        _frame.Clear();
        try
        {
            _frame.EncodeResponse(due.CorrelationId, response, due.Context.ApiVersion);
        }
        finally
        {
            Release();
        }
    }

    public void Dispose() => _frame.Dispose();

    private async ValueTask<IResponse?> AnswerOfAsync(PendingResponse due)
    {
        try
        {
            return await due.Completed.ConfigureAwait(false);
        }
        catch (Exception e) when (RequestFailures.IsAnswered(e))
        {
            return services.Failures.Answer(due, e);
        }
    }

    /// <summary>Encodes the answer, or in its place that it cannot be encoded.</summary>
    private IResponse Encode(PendingResponse due, IResponse response)
    {
        try
        {
            _frame.EncodeResponse(due.CorrelationId, response, due.Context.ApiVersion);
            return response;
        }
        catch (Exception e) when (RequestFailures.IsAnswered(e))
        {
            Release();
            IResponse failure = services.Failures.Answer(due, e);
            _frame.EncodeResponse(due.CorrelationId, failure, due.Context.ApiVersion);
            return failure;
        }
    }

    private async ValueTask SendAsync(bool flush)
    {
        foreach (FramePiece piece in _frame.Pieces) await WriteAsync(piece).ConfigureAwait(false);
        if (flush) await FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(FramePiece piece)
    {
        int size = piece.SizeInBytes;
        _sent.Begin();
        for (int done = 0; done < size;)
        {
            int step = Fill(piece, done, Math.Min(StepBytes, size - done));
            done += step;
            if (output.UnflushedBytes >= StepBytes) await FlushAsync().ConfigureAwait(false);
        }

        if (piece.Records is { } records) _sent.End(records);
    }

    private int Fill(FramePiece piece, int position, int count)
    {
        Span<byte> free = output.GetSpan();
        int step = Math.Min(count, free.Length);
        if (piece.Records is { } records)
        {
            records.Read(position, free[..step]);
            _sent.Pass(position, free[..step]);
        }
        else
        {
            piece.Bytes.Span.Slice(position, step).CopyTo(free);
        }

        output.Advance(step);
        return step;
    }

    private async ValueTask FlushAsync()
    {
        ValueTask<FlushResult> flushing = output.FlushAsync();
        FlushResult flushed = flushing.IsCompleted ? flushing.Result : await AwaitClientAsync(flushing).ConfigureAwait(false);
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw new ConnectionAbortException(AbortReason.Gone, "the client reads no more");
    }

    /// <summary>The client leaves what it was sent where it is: nothing more is done for it, and what it holds is counted.</summary>
    private async ValueTask<FlushResult> AwaitClientAsync(ValueTask<FlushResult> flushing)
    {
        queue.SetBlocked(true);
        long bytes = 0;
        foreach (FramePiece piece in _frame.Pieces) bytes += piece.Bytes.Length;
        UnreadAnswer? held = bytes < StepBytes ? null : services.Answers.Hold(bytes, caller);
        try
        {
            return await flushing.ConfigureAwait(false);
        }
        finally
        {
            if (held is not null) services.Answers.Release(held);
            queue.SetBlocked(false);
        }
    }

    private void Release()
    {
        foreach (FramePiece piece in _frame.Pieces) (piece.Records as IDisposable)?.Dispose();
        _frame.Clear();
    }
}
