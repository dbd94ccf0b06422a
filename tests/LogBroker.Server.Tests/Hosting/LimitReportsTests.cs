using LogBroker.Server.Hosting;
using LogBroker.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LogBroker.Server.Tests.Hosting;

public sealed class LimitReportsTests
{
    [Fact]
    public void Refused_ManyTimes_IsWrittenOnceInTenSecondsWithTheNumberLeftOut()
    {
        var time = new ManualTimeProvider();
        var lines = new Lines();
        using ServiceProvider provider = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(time)
            .AddLogging(logging => logging.AddProvider(lines)).AddSingleton<LimitReports>().BuildServiceProvider();
        var limits = provider.GetRequiredService<LimitReports>();

        for (int i = 0; i < 1000; i++) limits.Refused("max.connections", 3, () => $"A connection {i}");
        limits.Refused("max.partitions", 5, () => "More");
        time.Advance(TimeSpan.FromSeconds(10));
        limits.Refused("max.connections", 3, () => "Another");

        Assert.Equal(
            [
                "A connection 0 is refused: max.connections is 3 (0 like it since the last line)",
                "More is refused: max.partitions is 5 (0 like it since the last line)",
                "Another is refused: max.connections is 3 (999 like it since the last line)",
            ],
            lines.Written);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
