using System.Buffers;
using System.Numerics;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>The memory of one consumer's fetches: blocks whose sizes are powers of two, kept for the next fetch. What is rented and
/// what is kept together stay within the budget, but for a response that is larger than was asked for.</summary>
/// <remarks>Any thread: blocks are rented by the connections' reading sides and given back by whoever reads records. A block that
/// comes back when the budget is exceeded, or that is of a size that is not wanted any more, is left to the garbage
/// collector.</remarks>
internal sealed class FetchMemory(long budgetBytes) : MemoryPool<byte>
{
    private const int SmallestBytes = 4 * 1024;
    private static readonly int SmallestClass = BitOperations.Log2(SmallestBytes);

    private readonly Lock _lock = new();
    private readonly Stack<byte[]>[] _kept = NewStacks();
    private long _rentedBytes;
    private long _keptBytes;

    /// <summary>Called, on whatever thread, when a block has come back.</summary>
    public Action? Freed { get; set; }

    public long BudgetBytes => budgetBytes;

    /// <summary>The size of all blocks in use.</summary>
    public long RentedBytes
    {
        get
        {
            lock (_lock) return _rentedBytes;
        }
    }

    /// <summary>The size of all blocks, in use or kept.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_lock) return _rentedBytes + _keptBytes;
        }
    }

    /// <inheritdoc/>
    public override int MaxBufferSize => Array.MaxLength;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        int wanted = Math.Max(minBufferSize, SmallestBytes);
        int bytes = wanted > 1 << 30 ? wanted : (int)BitOperations.RoundUpToPowerOf2((uint)wanted);
        byte[]? block = null;
        lock (_lock)
        {
            _rentedBytes += bytes;
            if (ClassOf(bytes) is { } kept && _kept[kept].TryPop(out block)) _keptBytes -= block.Length;
            else MakeRoom();
        }
        return new Block(this, block ?? GC.AllocateUninitializedArray<byte>(bytes));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            foreach (var stack in _kept) stack.Clear();
            _keptBytes = 0;
        }
    }

    /// <summary>Drops kept blocks, the largest first, until the budget is kept.</summary>
    private void MakeRoom()
    {
        for (int index = _kept.Length - 1; index >= 0 && _rentedBytes + _keptBytes > budgetBytes;)
        {
            if (_kept[index].TryPop(out byte[]? block)) _keptBytes -= block.Length;
            else index--;
        }
    }

    private void Return(byte[] block)
    {
        lock (_lock)
        {
            _rentedBytes -= block.Length;
            if (ClassOf(block.Length) is { } kept && _rentedBytes + _keptBytes + block.Length <= budgetBytes)
            {
                _kept[kept].Push(block);
                _keptBytes += block.Length;
            }
        }
        Freed?.Invoke();
    }

    private static int? ClassOf(int bytes) => BitOperations.IsPow2(bytes) ? BitOperations.Log2((uint)bytes) - SmallestClass : null;

    private static Stack<byte[]>[] NewStacks() => [.. Enumerable.Range(SmallestClass, 31 - SmallestClass).Select(_ => new Stack<byte[]>())];

    private sealed class Block(FetchMemory pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = bytes;

        public Memory<byte> Memory => _bytes ?? throw new ObjectDisposedException(nameof(Block), "The memory of a fetch was given back.");

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is { } block) pool.Return(block);
        }
    }
}
