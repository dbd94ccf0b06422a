using System.Buffers;
using LogBroker.Protocol.Messages;

namespace LogBroker.Transport;

/// <summary>A response whose bytes and records are views of rented memory.</summary>
/// <remarks>Whoever has it disposes of it once, when nothing read from it is in use any more; the memory then goes back to
/// where it was rented.</remarks>
public sealed class PooledResponse<TResponse> : IDisposable
    where TResponse : IResponse
{
    private readonly IMemoryOwner<byte> _memory;

    internal PooledResponse(TResponse message, IMemoryOwner<byte> memory, int sizeInBytes)
    {
        Message = message;
        _memory = memory;
        SizeInBytes = sizeInBytes;
    }

    /// <summary>The response; not to be touched after <see cref="Dispose"/>.</summary>
    public TResponse Message { get; }

    /// <summary>Bytes of the frame it came in.</summary>
    public int SizeInBytes { get; }

    public void Dispose() => _memory.Dispose();
}
