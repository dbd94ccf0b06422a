namespace LogBroker.Client.Tests.Targets;

/// <summary>A broker under test on one port, over its restarts.</summary>
internal interface IBrokerTarget : IAsyncDisposable
{
    int Port { get; }

    Task StartAsync();

    /// <summary>Stops it cleanly; the data stays.</summary>
    Task StopAsync();
}
