namespace LogBroker.Server.Hosting;

/// <summary>What lies behind the wire, as the host sees it: data to load before clients are answered, and to put away
/// after the last of them has gone.</summary>
/// <remarks>Called by the host only, each method once: <see cref="LoadAsync"/> when all ports are bound (connections
/// wait meanwhile, HTTP answers "not ready"), <see cref="CloseAsync"/> when all connections are closed, also after a
/// load that failed.</remarks>
public interface IBrokerLifecycle
{
    /// <summary>Opens and recovers the data.</summary>
    /// <param name="listeners">The doors, with the ports that were really bound.</param>
    /// <param name="cancelled">Signalled when the process is told to stop meanwhile.</param>
    /// <exception cref="StartFailedException">The broker cannot start: the process leaves with exit code 1.</exception>
    Task LoadAsync(BoundListeners listeners, CancellationToken cancelled);

    /// <summary>Flushes and closes the data and marks the stop as clean.</summary>
    Task CloseAsync();
}
