using System.Buffers;
using System.Numerics;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>The memory of one consumer's fetches, within its budget, but for a response that is larger than was asked for.</summary>
/// <remarks>Any thread: blocks are rented by the connections' reading sides and given back by whoever reads records. Arenas are made when they
/// are needed and kept until the consumer is closed. A quarter of the budget is never given out: it is for requests,
/// answers, and the small objects that wait for the collector.</remarks>
internal sealed class FetchMemory : MemoryPool<byte>
{
    private const int ArenaBytesMax = 16 * 1024 * 1024;
    private const int ArenasOfABudget = 8;

    private readonly Lock _lock = new();
    private readonly List<FetchArena> _arenas = [];
    private readonly int _arenaBytes;
    private long _rentedBytes;
    private long _beyondBytes;

    /// <param name="budgetBytes">At least a few blocks.</param>
    public FetchMemory(long budgetBytes)
    {
        long share = Math.Max(budgetBytes / ArenasOfABudget, FetchArena.SmallestBlockBytes);
        _arenaBytes = (int)Math.Min(ArenaBytesMax, 1L << BitOperations.Log2((ulong)share));
        BudgetBytes = Math.Max((budgetBytes - (budgetBytes / 4)) / _arenaBytes, 1) * _arenaBytes;
    }

    /// <summary>Called, on whatever thread, when a block has come back.</summary>
    public Action? Freed { get; set; }

    /// <summary>What blocks may take in all.</summary>
    public long BudgetBytes { get; }

    /// <summary>The largest block there is inside of an arena.</summary>
    public int BlockBytesMax => _arenaBytes;

    /// <summary>The size of all blocks in use.</summary>
    public long RentedBytes
    {
        get
        {
            lock (_lock) return _rentedBytes;
        }
    }

    /// <summary>All memory there is, in use or not.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_lock) return ((long)_arenas.Count * _arenaBytes) + _beyondBytes;
        }
    }

    /// <inheritdoc/>
    public override int MaxBufferSize => Array.MaxLength;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        lock (_lock)
        {
            if (minBufferSize <= _arenaBytes)
            {
                int bytes = FetchArena.BlockSize(minBufferSize);
                foreach (var arena in _arenas)
                {
                    if (TryTake(arena, bytes) is { } block) return block;
                }
                if ((_arenas.Count + 1L) * _arenaBytes <= BudgetBytes)
                {
                    _arenas.Add(new FetchArena(_arenaBytes));
                    return TryTake(_arenas[^1], bytes)!;
                }
            }
            // What cannot be had is not counted.
            byte[] beyond = GC.AllocateUninitializedArray<byte>(minBufferSize);
            _rentedBytes += minBufferSize;
            _beyondBytes += minBufferSize;
            return new Block(this, null, 0, beyond);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_lock) _arenas.Clear();
    }

    private Block? TryTake(FetchArena arena, int bytes)
    {
        int start = arena.Take(bytes);
        if (start < 0) return null;
        _rentedBytes += bytes;
        return new Block(this, arena, start, arena.MemoryOf(start, bytes));
    }

    private void Return(FetchArena? arena, int start, int bytes)
    {
        lock (_lock)
        {
            _rentedBytes -= bytes;
            if (arena is null) _beyondBytes -= bytes;
            else arena.Return(start, bytes);
        }
        Freed?.Invoke();
    }

    private sealed class Block(FetchMemory pool, FetchArena? arena, int start, Memory<byte> memory) : IMemoryOwner<byte>
    {
        private int _isReturned;

        public Memory<byte> Memory => Volatile.Read(ref _isReturned) == 0
            ? memory
            : throw new ObjectDisposedException(nameof(Block), "The memory of a fetch was given back.");

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0) pool.Return(arena, start, memory.Length);
        }
    }
}
