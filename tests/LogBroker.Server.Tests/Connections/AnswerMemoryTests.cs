using System.Net;
using LogBroker.Server.Connections;
using LogBroker.Server.Hosting;
using LogBroker.Server.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Server.Tests.Connections;

public sealed class AnswerMemoryTests : IDisposable
{
    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().AddLogging()
        .AddSingleton(TimeProvider.System).AddSingleton<LimitReports>().BuildServiceProvider();

    private readonly List<string> _aborted = [];
    private readonly AnswerMemory _memory;

    public AnswerMemoryTests() => _memory = new AnswerMemory(100, _provider.GetRequiredService<LimitReports>());

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void Hold_WithinTheBound_ClosesNobody()
    {
        UnreadAnswer a = Hold("a", 60);
        Hold("b", 40);
        _memory.Release(a);
        Hold("c", 60);

        Assert.Empty(_aborted);
        Assert.Equal(100, _memory.TakenBytes);
    }

    [Fact]
    public void Hold_BeyondTheBound_ClosesThoseThatHaveNotReadForTheLongest()
    {
        UnreadAnswer a = Hold("a", 40);
        Hold("b", 40);
        _memory.Release(a);
        Hold("a", 20); // it has read since
        Hold("c", 50);

        Assert.Equal(["b"], _aborted);
        Assert.Equal(70, _memory.TakenBytes);
    }

    [Fact]
    public void Release_AfterItWasClosed_CountsNothingTwice()
    {
        UnreadAnswer a = Hold("a", 80);
        UnreadAnswer b = Hold("b", 80);

        _memory.Release(a);
        _memory.Release(b);

        Assert.Equal(["a"], _aborted);
        Assert.Equal(0, _memory.TakenBytes);
    }

    [Fact]
    public void Hold_MoreThanAllThereIs_ClosesItself()
    {
        Hold("a", 101);

        Assert.Equal(["a"], _aborted);
        Assert.Equal(0, _memory.TakenBytes);
    }

    private UnreadAnswer Hold(string name, long bytes) => _memory.Hold(bytes, new ConnectionCaller(
        new ConnectionWatch(TestSettings.Ephemeral().Listeners[0], TimeProvider.System),
        new IPEndPoint(IPAddress.Loopback, 1), () => _aborted.Add(name), CancellationToken.None));
}
