using LogBroker.Client;
using Microsoft.Extensions.Logging;

namespace LogBroker.AdminCli.Clusters;

/// <summary>Tells once of a broker that was there and cannot be reached any more, and when it is back: who follows a topic would take the silence
/// for a topic nobody writes to. Hears it from the client's log.</summary>
/// <param name="note">Takes what is told; called from the client's background.</param>
internal sealed class LostBrokerNotices(Action<string> note) : ILoggerFactory, ILogger
{
    /// <summary>The brokers that were reached, and whether they still are.</summary>
    private readonly Dictionary<int, bool> _reached = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It tells one thing.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // A bootstrap server is a broker too, which is told of by its number.
        if (eventId.Name is not ("Connected" or "ConnectFailed") || ValueOf(state, "Broker") is not BrokerNode { Id: >= 0 } broker) return;
        bool isReached = eventId.Name == "Connected";
        lock (_reached)
        {
            if (!_reached.TryGetValue(broker.Id, out bool wasReached))
            {
                if (isReached) _reached[broker.Id] = true;
                return;
            }
            if (wasReached == isReached) return;
            _reached[broker.Id] = isReached;
            note(isReached ? $"note: the {broker} is back." : $"note: the {broker} cannot be reached any more: {ValueOf(state, "Reason")?.ToString()?.TrimEnd('.')}. Trying on.");
        }
    }

    public void Dispose()
    {
    }

    private static object? ValueOf<TState>(TState state, string name) =>
        (state as IReadOnlyList<KeyValuePair<string, object?>>)?.FirstOrDefault(value => value.Key == name).Value;
}
