using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using LogBroker.Protocol.Framing;

namespace LogBroker.Server.Connections;

/// <summary>One client's connection: requests in, answers out strictly in the order of the requests.</summary>
/// <remarks>
/// Two loops: one cuts frames and starts the work, one writes answers as they are due. A request's records are views of
/// the pipe's memory, so the next request is cut only when the stage <c>Dispatched</c> of the one before is over. So many
/// answers may be due at once, then reading stops until one has left: a client that does not read is not read from.
/// </remarks>
internal sealed partial class KafkaConnection(
    IDuplexPipe pipe, ConnectionCaller caller, RequestDispatcher dispatcher, int requestBytesMax, ILogger logger)
{
    private const int InFlightMax = 100;

    private readonly Channel<PendingResponse> _due = Channel.CreateBounded<PendingResponse>(
        new BoundedChannelOptions(InFlightMax) { SingleReader = true, SingleWriter = true });

    /// <summary>Serves the client until either side closes; never throws for what the client does.</summary>
    public async Task RunAsync()
    {
        Task writing = WriteAnswersAsync();
        try
        {
            await ReadRequestsAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            Log.Closed(logger, caller.RemoteEndPoint, e.Message);
        }

        _due.Writer.TryComplete();
        await writing.ConfigureAwait(false);
    }

    private async Task ReadRequestsAsync()
    {
        while (true)
        {
            ReadResult read = await pipe.Input.ReadAsync(caller.Closed).ConfigureAwait(false);
            caller.MarkActive();
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (FrameReader.TryReadFrame(ref buffer, requestBytesMax, out ReadOnlySequence<byte> frame))
            {
                PendingResponse response = await StartAsync(frame).ConfigureAwait(false);
                await _due.Writer.WriteAsync(response, caller.Closed).ConfigureAwait(false);
            }

            pipe.Input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted || read.IsCanceled) return;
        }
    }

    private async ValueTask<PendingResponse> StartAsync(ReadOnlySequence<byte> frame)
    {
        if (frame.IsSingleSegment)
            return await StartAsync(MemoryMarshal.AsMemory(frame.First)).ConfigureAwait(false);
        using PooledFrame copy = PooledFrame.CopyOf(frame);
        return await StartAsync(copy.Memory).ConfigureAwait(false);
    }

    private async ValueTask<PendingResponse> StartAsync(Memory<byte> frame)
    {
        (Task dispatched, PendingResponse response) = dispatcher.Dispatch(frame, caller);
        await dispatched.ConfigureAwait(false);
        return response;
    }

    private async Task WriteAnswersAsync()
    {
        using var answers = new ResponseWriter(pipe.Output);
        try
        {
            while (await _due.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_due.Reader.TryRead(out PendingResponse due))
                {
                    bool moreIsReady = _due.Reader.TryPeek(out PendingResponse next) && next.Completed.IsCompleted;
                    await answers.WriteAsync(due, flush: !moreIsReady).ConfigureAwait(false);
                    caller.MarkActive();
                }
            }
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            Log.Closed(logger, caller.RemoteEndPoint, e.Message);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, caller.RemoteEndPoint);
        }

        pipe.Input.CancelPendingRead();
        await ReleaseUnsentAsync(answers).ConfigureAwait(false);
    }

    /// <summary>Answers that nobody waits for any more still hold files open.</summary>
    private async Task ReleaseUnsentAsync(ResponseWriter answers)
    {
        await foreach (PendingResponse due in _due.Reader.ReadAllAsync().ConfigureAwait(false))
            await answers.DropAsync(due).ConfigureAwait(false);
    }

    private static bool IsEndOfConnection(Exception e) => e is ConnectionAbortException or InvalidFrameSizeException
        or OperationCanceledException or IOException or ChannelClosedException;

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Debug, "Connection from {RemoteEndPoint} ends: {Reason}", EventName = "ConnectionEnds")]
        public static partial void Closed(ILogger logger, System.Net.EndPoint? remoteEndPoint, string reason);

        [LoggerMessage(1202, LogLevel.Error, "A request from {RemoteEndPoint} failed; its connection is closed",
            EventName = "RequestFailed")]
        public static partial void Failed(ILogger logger, Exception exception, System.Net.EndPoint? remoteEndPoint);
    }
}
