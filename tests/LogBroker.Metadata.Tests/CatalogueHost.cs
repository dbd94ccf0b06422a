using System.Collections.Immutable;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Sqlite;
using LogBroker.Metadata.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Metadata.Tests;

/// <summary>A catalogue that runs over a store of its own or a shared one, with its broker registered.</summary>
internal sealed class CatalogueHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IMetadataStore? _ownStore;
    private readonly Task _run;

    private CatalogueHost(Catalogue catalogue, IMetadataStore? ownStore)
    {
        Catalogue = catalogue;
        _ownStore = ownStore;
        _run = catalogue.RunAsync(_stop.Token);
    }

    public Catalogue Catalogue { get; }

    public static IMetadataStore OpenStore(string path, TimeProvider? time = null) => SqliteMetadataStore.Open(
        new SqliteMetadataStoreOptions { Path = path },
        time ?? TimeProvider.System,
        NullLogger<SqliteMetadataStore>.Instance);

    /// <summary>A broker in memory only.</summary>
    public static async Task<CatalogueHost> StartAsync(string staticConfigs = "")
    {
        var store = OpenStore(":memory:");
        var host = await StartAsync(store, 1, staticConfigs, ownsStore: true);
        Assert.Null(await host.JoinAsync(1));
        return host;
    }

    public static async Task<CatalogueHost> StartAsync(
        IMetadataStore store, int brokerId, string staticConfigs = "", bool ownsStore = false)
    {
        var options = new CatalogueOptions
        {
            BrokerId = brokerId,
            ProposedClusterId = $"cluster-of-{brokerId}",
            NewTopicId = Guid.NewGuid,
            StaticConfigs = staticConfigs.Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2))
                .ToImmutableDictionary(pair => pair[0], pair => pair[1]),
        };
        var catalogue = await Catalogue.OpenAsync(
            store, options, TimeProvider.System, NullLogger<Catalogue>.Instance, CancellationToken.None);
        return new CatalogueHost(catalogue, ownsStore ? store : null);
    }

    public Task<Metadata.Commands.CommandError?> JoinAsync(int brokerId) => Catalogue
        .Membership(Registration(brokerId), TimeSpan.FromMinutes(10))
        .JoinAsync(CancellationToken.None);

    public static BrokerRegistration Registration(int brokerId) => new()
    {
        BrokerId = brokerId,
        DirectoryId = new Guid(brokerId, 7, 7, [1, 2, 3, 4, 5, 6, 7, 8]),
        Rack = brokerId % 2 == 0 ? "even" : null,
        Endpoints = [new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 9092 + brokerId)],
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // This is how it ends.
        }

        if (_ownStore is not null) await _ownStore.DisposeAsync();
        _stop.Dispose();
    }
}
