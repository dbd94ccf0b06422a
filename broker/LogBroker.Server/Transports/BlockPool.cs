using System.Buffers;

namespace LogBroker.Server.Transports;

/// <summary>A memory pool of pinned blocks of one size.</summary>
/// <remarks>Owned by Kestrel, used from any thread; the free blocks are under one lock. Blocks that nobody wanted for a
/// whole period are let go, so that the memory of a burst comes back. After disposal blocks are still lent and taken
/// back, but none is kept.</remarks>
internal sealed class BlockPool : MemoryPool<byte>
{
    private static readonly TimeSpan TrimPeriod = TimeSpan.FromSeconds(10);

    private readonly int _blockBytes;
    private readonly ITimer _trimming;
    private readonly Lock _lock = new();
    private readonly Stack<Block> _free = new();
    private int _freeCountMin;
    private bool _isDisposed;

    public BlockPool(int blockBytes, TimeProvider time)
    {
        _blockBytes = blockBytes;
        _trimming = time.CreateTimer(static pool => ((BlockPool)pool!).Trim(), this, TrimPeriod, TrimPeriod);
    }

    public override int MaxBufferSize => _blockBytes;

    /// <summary>Blocks that are kept for the next who asks.</summary>
    internal int FreeCount
    {
        get
        {
            lock (_lock)
                return _free.Count;
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">More than a block is asked for.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, _blockBytes);
        lock (_lock)
        {
            if (_free.TryPop(out Block? block))
            {
                _freeCountMin = Math.Min(_freeCountMin, _free.Count);
                block.IsLent = true;
                return block;
            }
        }
        return new Block(this, _blockBytes) { IsLent = true };
    }

    protected override void Dispose(bool disposing)
    {
        _trimming.Dispose();
        lock (_lock)
        {
            _isDisposed = true;
            _free.Clear();
        }
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            // Returned twice, it would be lent to two connections at once.
            if (block.IsLent && !_isDisposed)
                _free.Push(block);
            block.IsLent = false;
        }
    }

    private void Trim()
    {
        lock (_lock)
        {
            for (int unused = _freeCountMin; unused > 0; unused--)
                _free.Pop();
            _freeCountMin = _free.Count;
        }
    }

    private sealed class Block(BlockPool pool, int bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

        public bool IsLent { get; set; }

        public void Dispose() => pool.Return(this);
    }
}
