using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Transport;

/// <summary>A request that was sent and whose response has not come. Completed once, by the channel's reading
/// side.</summary>
internal abstract class PendingResponse
{
    /// <summary>What the response must echo; null takes any.</summary>
    public int? CorrelationId { get; protected init; }

    public abstract void Complete(byte[] frame);

    public abstract void Fail(Exception cause);
}

/// <summary>Waits for the frame as it came.</summary>
internal sealed class PendingFrame : PendingResponse
{
    private readonly TaskCompletionSource<Memory<byte>> _source =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PendingFrame(int? correlationId) => CorrelationId = correlationId;

    public Task<Memory<byte>> Response => _source.Task;

    public override void Complete(byte[] frame) => _source.TrySetResult(frame);

    public override void Fail(Exception cause) => _source.FailUnwatched(cause);
}

/// <summary>Waits for a message of a known type and version.</summary>
internal sealed class PendingMessage<TResponse> : PendingResponse
    where TResponse : IApiMessage<TResponse>, IResponse
{
    private readonly TaskCompletionSource<TResponse> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ApiDescription _api;
    private readonly short _version;

    public PendingMessage(int correlationId, ApiDescription api, short version)
    {
        CorrelationId = correlationId;
        _api = api;
        _version = version;
    }

    public Task<TResponse> Response => _source.Task;

    public override void Complete(byte[] frame)
    {
        try
        {
            var reader = new KafkaReader(frame);
            ResponseHeader.Read(ref reader, _api.ResponseHeaderVersion(_version));
            var response = TResponse.Read(ref reader, _version);
            reader.RequireEnd();
            _source.TrySetResult(response);
        }
        catch (MalformedMessageException malformed)
        {
            _source.FailUnwatched(malformed);
        }
    }

    public override void Fail(Exception cause) => _source.FailUnwatched(cause);
}

internal static class TaskCompletionSourceExtensions
{
    /// <summary>Fails the task and counts the failure as seen: whoever waited may have given up.</summary>
    public static void FailUnwatched<T>(this TaskCompletionSource<T> source, Exception cause)
    {
        source.TrySetException(cause);
        _ = source.Task.Exception;
    }
}
