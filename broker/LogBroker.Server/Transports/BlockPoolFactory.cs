using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace LogBroker.Server.Transports;

/// <summary>Gives Kestrel's sockets larger blocks than its own 4 KiB.</summary>
/// <remarks>A block is what one receive and one send move at most, so its size decides how many system calls and how many
/// pieces a megabyte takes. ARCHITECTURE.md has the figures.</remarks>
/// <param name="time">Paces the trimming.</param>
/// <param name="blockBytes">Bytes of a block.</param>
internal sealed class BlockPoolFactory(TimeProvider time, int blockBytes) : IMemoryPoolFactory<byte>
{
    /// <summary>64 KiB: four times as much gains nothing measurable and costs memory on every busy connection.</summary>
    public const int DefaultBlockBytes = 64 * 1024;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool(blockBytes, time);
}
