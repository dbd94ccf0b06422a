using System.Buffers;
using LogBroker.Server.Transports;

namespace LogBroker.Server.Tests.Transports;

public sealed class BlockPoolTests : IDisposable
{
    private readonly ManualTimer _time = new();
    private readonly BlockPool _pool;

    public BlockPoolTests() => _pool = new BlockPool(1024, _time);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Rent_AfterReturn_LendsTheSameBlockAgain()
    {
        IMemoryOwner<byte> first = _pool.Rent();
        Assert.Equal(1024, first.Memory.Length);
        first.Dispose();

        Assert.Same(first, _pool.Rent(1024));
    }

    [Fact]
    public void Return_Twice_IsTakenOnce()
    {
        IMemoryOwner<byte> block = _pool.Rent();
        block.Dispose();
        block.Dispose();

        Assert.Equal(1, _pool.FreeCount);
        Assert.NotSame(_pool.Rent(), _pool.Rent());
    }

    [Fact]
    public void Rent_MoreThanABlock_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => _pool.Rent(1025));

    [Fact]
    public void Trim_BlocksUnusedForAPeriod_AreLetGo()
    {
        IMemoryOwner<byte>[] burst = [.. Enumerable.Range(0, 10).Select(_ => _pool.Rent())];
        foreach (IMemoryOwner<byte> block in burst)
            block.Dispose();

        _time.Fire();
        Assert.Equal(10, _pool.FreeCount);
        IMemoryOwner<byte>[] few = [.. Enumerable.Range(0, 3).Select(_ => _pool.Rent())];
        foreach (IMemoryOwner<byte> block in few)
            block.Dispose();
        _time.Fire();
        Assert.Equal(3, _pool.FreeCount);
        _time.Fire();
        Assert.Equal(0, _pool.FreeCount);
    }

    [Fact]
    public void Dispose_WithBlocksOut_KeepsNone()
    {
        IMemoryOwner<byte> block = _pool.Rent();
        _pool.Dispose();
        block.Dispose();

        Assert.Equal(0, _pool.FreeCount);
        Assert.True(_time.IsStopped);
    }

    private sealed class ManualTimer : TimeProvider, ITimer
    {
        private TimerCallback? _callback;
        private object? _state;

        public bool IsStopped { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            _state = state;
            return this;
        }

        public void Fire() => _callback!(_state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => IsStopped = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
