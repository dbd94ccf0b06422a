using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Producing;

/// <summary>A broker that clients reach through a <see cref="FaultyProxy"/> only.</summary>
internal sealed class BadNetwork : IAsyncDisposable
{
    private BadNetwork(ClientTarget target, FaultyProxy proxy)
    {
        Target = target;
        Proxy = proxy;
    }

    public ClientTarget Target { get; }

    public FaultyProxy Proxy { get; }

    public static async Task<BadNetwork> StartAsync(int seed)
    {
        int port = LoopbackPort.FindFree();
        var target = await ClientTarget.StartAsync(("advertised.listeners", $"PLAINTEXT://127.0.0.1:{port}"));
        var proxy = new FaultyProxy(port, target.Port, seed);
        proxy.Start();
        return new BadNetwork(target, proxy);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Target.DisposeAsync();
    }
}
