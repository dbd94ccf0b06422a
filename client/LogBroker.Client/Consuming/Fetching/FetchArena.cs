using System.Numerics;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>One piece of memory that is given out in blocks whose sizes are powers of two: a larger one is split in halves, and halves that
/// are both free become one again. Nothing is ever left to the garbage collector while a consumer reads.</summary>
/// <remarks>Guarded by <see cref="FetchMemory"/>'s lock. The lowest free block is taken, so that what is not needed stays untouched and costs
/// no memory.</remarks>
internal sealed class FetchArena
{
    public const int SmallestBlockBytes = 4 * 1024;

    private readonly SortedSet<int>[] _free;
    private readonly byte[] _bytes;

    /// <param name="sizeInBytes">A power of two, at least <see cref="SmallestBlockBytes"/>.</param>
    public FetchArena(int sizeInBytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(sizeInBytes);
        _free = [.. Enumerable.Range(0, OrderOf(sizeInBytes) + 1).Select(_ => new SortedSet<int>())];
        _free[^1].Add(0);
    }

    public int SizeInBytes => _bytes.Length;

    /// <summary>The size of the block that is given for so many bytes.</summary>
    public static int BlockSize(int bytes) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, SmallestBlockBytes));

    /// <returns>Where the block starts; -1 when none is free.</returns>
    public int Take(int blockBytes)
    {
        int wanted = OrderOf(blockBytes);
        int order = wanted;
        while (order < _free.Length && _free[order].Count == 0) order++;
        if (order >= _free.Length) return -1;
        int start = _free[order].Min;
        _free[order].Remove(start);
        while (order > wanted) _free[--order].Add(start + (SmallestBlockBytes << order));
        return start;
    }

    public void Return(int start, int blockBytes)
    {
        int order = OrderOf(blockBytes);
        while (order < _free.Length - 1)
        {
            int other = start ^ (SmallestBlockBytes << order);
            if (!_free[order].Remove(other)) break;
            start = Math.Min(start, other);
            order++;
        }
        _free[order].Add(start);
    }

    public Memory<byte> MemoryOf(int start, int blockBytes) => _bytes.AsMemory(start, blockBytes);

    private static int OrderOf(int blockBytes) => BitOperations.Log2((uint)(blockBytes / SmallestBlockBytes));
}
