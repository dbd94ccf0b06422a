using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>A broker that hears members often, so that tests of groups take no time. It misses none soon unless the group asks for that: a
/// member that is only slow is not to be taken for a dead one.</summary>
public sealed class QuickGroupTarget : IAsyncLifetime
{
    private ClientTarget? _target;

    public ClientTarget Target => _target!;

    public async Task InitializeAsync() => _target = await ClientTarget.StartAsync(
        ("group.min.session.timeout.ms", "500"),
        ("group.consumer.min.session.timeout.ms", "500"),
        ("group.consumer.min.heartbeat.interval.ms", "100"),
        ("group.consumer.assignment.interval.ms", "0"),
        ("group.consumer.heartbeat.interval.ms", "200"));

    public async Task DisposeAsync() => await Target.DisposeAsync();
}
