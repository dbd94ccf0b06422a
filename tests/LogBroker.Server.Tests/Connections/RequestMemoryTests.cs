using LogBroker.Server.Connections;
using LogBroker.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Server.Tests.Connections;

public sealed class RequestMemoryTests : IDisposable
{
    private readonly ServiceProvider _provider =
        new ServiceCollection().AddMetrics().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<LimitReports>()
            .BuildServiceProvider();

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void Resize_WithinTheBound_IsGrantedAtOnce()
    {
        RequestMemory memory = Of(100);
        RequestShare share = memory.NewShare();

        Assert.True(share.ResizeAsync(60, default).IsCompletedSuccessfully);
        Assert.True(share.ResizeAsync(40, default).IsCompletedSuccessfully);
        Assert.Equal(40, memory.TakenBytes);
        share.Dispose();

        Assert.Equal(0, memory.TakenBytes);
    }

    [Fact]
    public async Task Resize_BeyondTheBound_OneGoesOnAndTheOthersWaitForIt()
    {
        RequestMemory memory = Of(100);
        RequestShare elder = memory.NewShare();
        RequestShare second = memory.NewShare();
        Assert.True(elder.ResizeAsync(60, default).IsCompletedSuccessfully);
        Assert.True(second.ResizeAsync(40, default).IsCompletedSuccessfully);

        Assert.True(elder.ResizeAsync(80, default).IsCompletedSuccessfully);
        Task waiting = second.ResizeAsync(60, default);
        Assert.True(elder.ResizeAsync(200, default).IsCompletedSuccessfully);
        Assert.False(waiting.IsCompleted);
        elder.Dispose();

        await waiting;
        Assert.Equal(60, memory.TakenBytes);
    }

    [Fact]
    public async Task Resize_Cancelled_TakesNothing()
    {
        RequestMemory memory = Of(100);
        RequestShare elder = memory.NewShare();
        RequestShare second = memory.NewShare();
        Assert.True(elder.ResizeAsync(150, default).IsCompletedSuccessfully);
        using var gone = new CancellationTokenSource();
        Task waiting = second.ResizeAsync(10, gone.Token);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        elder.Dispose();

        Assert.Equal(0, memory.TakenBytes);
    }

    [Fact]
    public async Task Resize_RandomUse_NeverDeadlocksNorLosesAByte()
    {
        int seed = Random.Shared.Next();
        RequestMemory memory = Of(1000);
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), async (index, cancelled) =>
        {
            var random = new Random(seed + index);
            RequestShare share = memory.NewShare();
            for (int i = 0; i < 50; i++)
            {
                int whole = random.Next(1, 900);
                for (int arrived = 0; arrived < whole; arrived += 100) await share.ResizeAsync(arrived, cancelled);
                await share.ResizeAsync(0, cancelled);
            }

            share.Dispose();
        });

        Assert.True(memory.TakenBytes == 0, $"{memory.TakenBytes} bytes are still taken; seed {seed}");
    }

    private RequestMemory Of(long bytesMax) => new(bytesMax, _provider.GetRequiredService<LimitReports>());
}
