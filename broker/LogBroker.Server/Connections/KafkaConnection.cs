using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using LogBroker.Protocol;
using LogBroker.Protocol.Framing;
using LogBroker.Server.Hosting;

namespace LogBroker.Server.Connections;

/// <summary>One client's connection: requests in, answers out strictly in the order of the requests.</summary>
/// <remarks>
/// Two loops: one cuts frames and starts the work, one writes answers as they are due. A request's records are views of
/// the pipe's memory, so the next request is cut only when the stage <c>Dispatched</c> of the one before is over. So many
/// answers may be due at once, then reading stops until one has left; and a client that does not read is not read from.
/// </remarks>
internal sealed partial class KafkaConnection(
    IDuplexPipe pipe, ConnectionCaller caller, RequestDispatcher dispatcher, ConnectionServices services)
{
    /// <summary>Answers that grow with what is asked for are made for a few requests at a time, whatever the client pipelines.
    /// </summary>
    private const int LargeInFlightMax = 16;

    private readonly AnswerQueue _queue = new();
    private readonly RequestShare _share = services.Memory.NewShare();

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
            Ended(e);
        }
        finally
        {
            _share.Dispose();
            _queue.Complete();
        }

        await writing.ConfigureAwait(false);
    }

    private async Task ReadRequestsAsync()
    {
        while (true)
        {
            // Not ended by the client's hanging up: what it sent before that is still to be served (acks=0 waits for nothing).
            ReadResult read = await pipe.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            caller.Watch.MarkActive();
            ReadOnlySequence<byte> buffer = read.Buffer;
            long arrived = buffer.Length;
            while (FrameReader.TryReadFrame(ref buffer, services.Options.RequestBytesMax, out ReadOnlySequence<byte> frame))
            {
                if (arrived >= services.Options.BufferedBytesMax && frame.Length < arrived / 2) ReportAhead(ref arrived);
                caller.Watch.MarkReceiving(0);
                if (!await StartAsync(frame).ConfigureAwait(false)) return;
            }

            if (read.IsCompleted || read.IsCanceled) return;
            // What fits into the connection's own buffer is not asked for: that would be a lock for every request.
            long held = buffer.Length <= services.Options.BufferedBytesMax ? 0 : buffer.Length;
            Task granted = _share.ResizeAsync(held, caller.Closed);
            if (!granted.IsCompleted) caller.Watch.MarkReceiving(0);
            await granted.ConfigureAwait(false);
            caller.Watch.MarkReceiving(buffer.Length);
            pipe.Input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>The client sends requests faster than they are worked on, and now waits for the broker: that is how it should be,
    /// so the line is one for those who look for it.</summary>
    private void ReportAhead(ref long arrived)
    {
        arrived = 0;
        services.Limits.HeldBack(LimitNames.BufferedBytes, services.Options.BufferedBytesMax,
            () => $"What {caller.RemoteEndPoint} on {caller.Listener} sends ahead", LogLevel.Debug);
    }

    /// <returns>False when the answer could not be sent any more.</returns>
    private async ValueTask<bool> StartAsync(ReadOnlySequence<byte> frame)
    {
        await AwaitRoomAsync(frame).ConfigureAwait(false);
        if (_queue.IsClosed) return false;
        PendingResponse response;
        if (frame.IsSingleSegment)
        {
            response = await StartAsync(MemoryMarshal.AsMemory(frame.First)).ConfigureAwait(false);
        }
        else
        {
            using PooledFrame copy = PooledFrame.CopyOf(frame);
            response = await StartAsync(copy.Memory).ConfigureAwait(false);
        }

        _queue.Add(response);
        return true;
    }

    private async ValueTask<PendingResponse> StartAsync(Memory<byte> frame)
    {
        (Task dispatched, PendingResponse response) = dispatcher.Dispatch(frame, caller);
        await dispatched.ConfigureAwait(false);
        return response;
    }

    private ValueTask AwaitRoomAsync(ReadOnlySequence<byte> frame)
    {
        int max = services.Options.InFlightMax;
        if (_queue.Count >= max)
        {
            services.Limits.HeldBack(LimitNames.InFlight, max,
                () => $"A further request of {caller.RemoteEndPoint} on {caller.Listener}");
        }

        return _queue.WhenRoomAsync(Math.Min(max, AheadOf(frame)));
    }

    /// <summary>How many requests may be under way with this one: the larger an answer may be, the fewer are made before the
    /// client has taken them.</summary>
    private static int AheadOf(ReadOnlySequence<byte> frame)
    {
        var reader = new SequenceReader<byte>(frame);
        if (!reader.TryReadBigEndian(out short key)) return LargeInFlightMax;
        return (ApiKey)key switch
        {
            // The answers of produces are short, those of fetches are read from files only when they are sent.
            ApiKey.Produce or ApiKey.Fetch => int.MaxValue,
            // They tell of everything there is, however short the request. Kafka makes one of any kind at a time.
            ApiKey.Metadata or ApiKey.DescribeConfigs or ApiKey.DescribeTopicPartitions or ApiKey.DescribeLogDirs
                or ApiKey.DescribeGroups or ApiKey.ConsumerGroupDescribe or ApiKey.ListGroups or ApiKey.OffsetFetch => 1,
            _ => LargeInFlightMax,
        };
    }

    private async Task WriteAnswersAsync()
    {
        using var answers = new ResponseWriter(pipe.Output, _queue, caller, services);
        try
        {
            while (await _queue.WaitToTakeAsync().ConfigureAwait(false))
            {
                while (_queue.TryTake(out PendingResponse due))
                {
                    // Kept apart, so that the answer itself is not held while a client is slow to take it.
                    ApiMeter meter = due.Meter;
                    try
                    {
                        await answers.WriteAsync(due, flush: !_queue.IsNextReady).ConfigureAwait(false);
                    }
                    finally
                    {
                        Leave(meter);
                    }

                    caller.Watch.MarkActive();
                }
            }
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            Ended(e);
        }
        catch (Exception e)
        {
            Log.Failed(services.Logger, e, caller.RemoteEndPoint);
        }

        _queue.Close();
        pipe.Input.CancelPendingRead();
        await ReleaseUnsentAsync(answers).ConfigureAwait(false);
    }

    /// <summary>Answers that nobody waits for any more still hold files open.</summary>
    private async Task ReleaseUnsentAsync(ResponseWriter answers)
    {
        while (await _queue.WaitToTakeAsync().ConfigureAwait(false))
        {
            while (_queue.TryTake(out PendingResponse due))
            {
                await answers.DropAsync(due).ConfigureAwait(false);
                Leave(due.Meter);
            }
        }
    }

    private void Leave(ApiMeter meter)
    {
        meter.Ended();
        _queue.Left();
    }

    private void Ended(Exception e)
    {
        Log.Closed(services.Logger, caller.RemoteEndPoint, e.Message);
        if (e is InvalidFrameSizeException)
        {
            services.Metrics.Rejected(AbortReason.Oversize);
            services.Limits.Refused(LimitNames.RequestBytes, services.Options.RequestBytesMax,
                () => $"A request of {caller.RemoteEndPoint} on {caller.Listener} ({e.Message})");
        }
        else if (e is ConnectionAbortException { Reason: not AbortReason.Gone and var reason })
        {
            services.Metrics.Rejected(reason);
        }
    }

    private static bool IsEndOfConnection(Exception e) => e is ConnectionAbortException or InvalidFrameSizeException
        or OperationCanceledException or IOException;

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Debug, "Connection from {RemoteEndPoint} ends: {Reason}", EventName = "ConnectionEnds")]
        public static partial void Closed(ILogger logger, System.Net.EndPoint? remoteEndPoint, string reason);

        [LoggerMessage(1202, LogLevel.Error, "An answer to {RemoteEndPoint} failed; its connection is closed",
            EventName = "AnswerFailed")]
        public static partial void Failed(ILogger logger, Exception exception, System.Net.EndPoint? remoteEndPoint);
    }
}
