using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Producing;

/// <summary>A broker that clients reach through a <see cref="FaultProxy"/> only.</summary>
internal sealed class BadNetwork : IAsyncDisposable
{
    private BadNetwork(ClientTarget target, FaultProxy proxy)
    {
        Target = target;
        Proxy = proxy;
    }

    public ClientTarget Target { get; }

    public FaultProxy Proxy { get; }

    public static async Task<BadNetwork> StartAsync(int seed)
    {
        int port = LoopbackPort.FindFree();
        var target = await ClientTarget.StartAsync(("advertised.listeners", $"PLAINTEXT://127.0.0.1:{port}"));
        var proxy = new FaultProxy(port, target.Port, seed);
        return new BadNetwork(target, proxy);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Target.DisposeAsync();
    }
}
