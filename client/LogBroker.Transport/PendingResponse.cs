using System.Buffers;
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

    /// <summary>Where the response's memory is rented; null when it gets memory of its own.</summary>
    public virtual MemoryPool<byte>? Memory => null;

    /// <summary>Takes the frame's content.</summary>
    /// <param name="content">All of the frame.</param>
    /// <param name="owner">Whose memory it is, handed over; null when it is nobody else's.</param>
    public abstract void Complete(Memory<byte> content, IMemoryOwner<byte>? owner);

    public abstract void Fail(Exception cause);

    /// <summary>Reads the message in a frame.</summary>
    /// <exception cref="MalformedMessageException">There is none.</exception>
    protected static TResponse Parse<TResponse>(Memory<byte> content, ApiDescription api, short version)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        var reader = new KafkaReader(content);
        ResponseHeader.Read(ref reader, api.ResponseHeaderVersion(version));
        var response = TResponse.Read(ref reader, version);
        reader.RequireEnd();
        return response;
    }
}

/// <summary>Waits for the frame as it came.</summary>
internal sealed class PendingFrame : PendingResponse
{
    private readonly TaskCompletionSource<byte[]> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PendingFrame(int? correlationId) => CorrelationId = correlationId;

    public Task<byte[]> Response => _source.Task;

    public override void Complete(Memory<byte> content, IMemoryOwner<byte>? owner) => _source.TrySetResult(content.ToArray());

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

    public override void Complete(Memory<byte> content, IMemoryOwner<byte>? owner)
    {
        try
        {
            _source.TrySetResult(Parse<TResponse>(content, _api, _version));
        }
        catch (Exception fault)
        {
            // Whatever it was, it is the failure of this response alone.
            Fail(fault);
        }
    }

    public override void Fail(Exception cause) => _source.FailUnwatched(cause);
}

/// <summary>Waits for a message whose bytes lie in rented memory.</summary>
internal sealed class PendingPooledMessage<TResponse> : PendingResponse
    where TResponse : IApiMessage<TResponse>, IResponse
{
    private readonly TaskCompletionSource<PooledResponse<TResponse>> _source =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ApiDescription _api;
    private readonly short _version;

    public PendingPooledMessage(int correlationId, ApiDescription api, short version, MemoryPool<byte> memory)
    {
        CorrelationId = correlationId;
        _api = api;
        _version = version;
        Memory = memory;
    }

    public override MemoryPool<byte> Memory { get; }

    public Task<PooledResponse<TResponse>> Response => _source.Task;

    public override void Complete(Memory<byte> content, IMemoryOwner<byte>? owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        PooledResponse<TResponse> response;
        try
        {
            response = new PooledResponse<TResponse>(Parse<TResponse>(content, _api, _version), owner, content.Length);
        }
        catch (Exception fault)
        {
            // Whatever it was, it is the failure of this response alone.
            owner.Dispose();
            Fail(fault);
            return;
        }
        if (!_source.TrySetResult(response)) response.Dispose();
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
