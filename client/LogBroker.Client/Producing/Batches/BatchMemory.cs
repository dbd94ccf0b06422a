using System.Numerics;

namespace LogBroker.Client.Producing.Batches;

/// <summary>The producer's memory (<c>buffer.memory</c>): buffers of powers of two, never more than the bound in use and in reserve
/// together.</summary>
/// <remarks>
/// Thread-safe. Who finds no room waits in line; memory given back goes to the first in line, who has its turn until it says that it
/// has used it. Nobody passes by, so the order of calls is kept also where those who are served go on by threads of their own. A buffer is rented and returned once for each batch and each time one grows, so a plain lock is enough.
/// </remarks>
internal sealed class BatchMemory(long limitBytes, TimeProvider time)
{
    private const int SmallestBytes = 1024;
    private const int SmallestLog2 = 10;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly Stack<byte[]>?[] _spares = new Stack<byte[]>?[31 - SmallestLog2];
    private long _spareBytes;
    private long _usedBytes;
    private bool _isTurn;
    private volatile bool _isContended;

    /// <summary>Whether somebody waits, or has its turn: later calls must line up.</summary>
    public bool IsContended => _isContended;

    public long LimitBytes => limitBytes;

    public long UsedBytes => Volatile.Read(ref _usedBytes);

    /// <summary>The size of the buffer given for so many bytes.</summary>
    public static int SizeOf(int bytes) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, SmallestBytes));

    /// <summary>Whether a buffer of so many bytes can ever be had.</summary>
    public bool CanEverHold(int bytes) => SizeOf(bytes) <= limitBytes;

    /// <returns>Null when there is no room, or somebody waits for some.</returns>
    public byte[]? TryRent(int bytes)
    {
        int size = SizeOf(bytes);
        lock (_lock) return _isContended ? null : Take(size);
    }

    /// <summary>Waits in line for a buffer. Who gets one has its turn: <see cref="EndTurn"/> must follow when the buffer is in its place.
    /// </summary>
    /// <returns>Null when <paramref name="maxBlock"/> has passed.</returns>
    public async ValueTask<byte[]?> RentAsync(int bytes, TimeSpan maxBlock, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            int size = SizeOf(bytes);
            if (!_isContended && Take(size) is { } buffer)
            {
                _isTurn = _isContended = true;
                return buffer;
            }

            waiter = new Waiter(size);
            _waiters.AddLast(waiter.Place);
            _isContended = true;
        }

        try
        {
            return await waiter.Task.WaitAsync(maxBlock, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (!TryLeave(waiter))
            {
                Return(await waiter.Task.ConfigureAwait(false));
                EndTurn();
            }

            if (exception is OperationCanceledException) throw;
            return null;
        }
    }

    /// <summary>Who was served has used it: the next in line is.</summary>
    public void EndTurn()
    {
        lock (_lock)
        {
            _isTurn = false;
            ServeNext();
        }
    }

    /// <summary>Gives a buffer though the bound may be exceeded, for what must not wait.</summary>
    public byte[] RentBeyondLimit(int bytes)
    {
        int size = SizeOf(bytes);
        lock (_lock)
        {
            if (Take(size) is { } buffer) return buffer;
            Volatile.Write(ref _usedBytes, _usedBytes + size);
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    public void Return(byte[] buffer)
    {
        lock (_lock)
        {
            Volatile.Write(ref _usedBytes, _usedBytes - buffer.Length);
            Spares(buffer.Length).Push(buffer);
            _spareBytes += buffer.Length;
            DropSpares(_usedBytes + _spareBytes - limitBytes);
            ServeNext();
        }
    }

    private bool TryLeave(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Place.List is null) return false;
            _waiters.Remove(waiter.Place);
            ServeNext(); // the next may need less than the one that left
            return true;
        }
    }

    private void ServeNext()
    {
        if (!_isTurn && _waiters.First is { } first && Take(first.Value.Size) is { } buffer)
        {
            _waiters.RemoveFirst();
            _isTurn = true;
            first.Value.Serve(buffer);
        }

        _isContended = _isTurn || _waiters.Count > 0;
    }

    private byte[]? Take(int size)
    {
        if (_usedBytes + size > limitBytes) return null;
        Volatile.Write(ref _usedBytes, _usedBytes + size);
        if (Spares(size).TryPop(out byte[]? spare))
        {
            _spareBytes -= size;
            return spare;
        }

        DropSpares(_usedBytes + _spareBytes - limitBytes);
        return GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Gives spare buffers of other sizes to the garbage collector, so that the bound holds.</summary>
    private void DropSpares(long excess)
    {
        for (int index = _spares.Length - 1; index >= 0 && excess > 0; index--)
        {
            while (excess > 0 && _spares[index] is { } spares && spares.TryPop(out byte[]? dropped))
            {
                _spareBytes -= dropped.Length;
                excess -= dropped.Length;
            }
        }
    }

    private Stack<byte[]> Spares(int size) => _spares[BitOperations.Log2((uint)size) - SmallestLog2] ??= new Stack<byte[]>();

    /// <summary>One call in line.</summary>
    private sealed class Waiter
    {
        private readonly TaskCompletionSource<byte[]> _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Waiter(int size)
        {
            Size = size;
            Place = new LinkedListNode<Waiter>(this);
        }

        public int Size { get; }

        public LinkedListNode<Waiter> Place { get; }

        public Task<byte[]> Task => _served.Task;

        public void Serve(byte[] buffer) => _served.SetResult(buffer);
    }
}
