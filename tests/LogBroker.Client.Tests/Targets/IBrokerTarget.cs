namespace LogBroker.Client.Tests.Targets;

/// <summary>A broker under test on one port, over its restarts.</summary>
internal interface IBrokerTarget : IAsyncDisposable
{
    int Port { get; }

    /// <summary>Where its data is.</summary>
    string DataDirectory { get; }

    Task StartAsync();

    /// <summary>Stops it cleanly; the data stays.</summary>
    Task StopAsync();
}
