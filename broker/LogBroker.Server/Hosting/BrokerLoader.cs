namespace LogBroker.Server.Hosting;

/// <summary>Loads the broker's data when the ports are bound and puts it away when the last connection is closed.</summary>
/// <remarks>The host runs these steps one after the other: Kestrel stops between <c>StoppingAsync</c> and
/// <c>StoppedAsync</c>.</remarks>
internal sealed class BrokerLoader(
    IEnumerable<IBrokerLifecycle> brokers, ListenerBindings bindings, BrokerReadiness readiness) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (IBrokerLifecycle broker in brokers)
            await broker.LoadAsync(bindings.Bound, cancellationToken);
        readiness.SetReady();
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.SetStopping();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not hurried by the token: data that is not flushed must not be left behind because clients were slow to go.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (IBrokerLifecycle broker in brokers)
            await broker.CloseAsync();
    }
}
