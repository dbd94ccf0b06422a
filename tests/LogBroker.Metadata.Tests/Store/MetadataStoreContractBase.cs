using System.Text;
using LogBroker.Metadata.Store;

namespace LogBroker.Metadata.Tests.Store;

/// <summary>Opens a store for each test of a contract and says in short what it holds.</summary>
public abstract class MetadataStoreContractBase : IAsyncLifetime
{
    private protected static readonly CancellationToken None = CancellationToken.None;

    // Hundreds of commits, each with a sync of a disk that others sync as well.
    private readonly CancellationToken _giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    private protected ManualTimeProvider Time { get; } = new();

    private protected IMetadataStore Store { get; set; } = null!;

    /// <summary>Opens the store of this test: the same data each time.</summary>
    protected abstract ValueTask<IMetadataStore> OpenAsync();

    public async Task InitializeAsync() => Store = await OpenAsync();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    private protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }

    private protected async Task PutManyAsync(int from, int count)
    {
        for (int i = from; i < from + count; i++) await PutAsync($"k{i}", "v");
    }

    private protected Task<CommitResult> PutAsync(string key, string value) =>
        Store.CommitAsync(MetadataTransaction.Empty.Put(key, Bytes(value)), None);

    private protected IAsyncEnumerator<MetadataChange> Watch(string prefix, long from) =>
        Store.WatchAsync(prefix, from, _giveUp).GetAsyncEnumerator(_giveUp);

    private protected static async Task<string> NextAsync(IAsyncEnumerator<MetadataChange> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        var events = watch.Current.Events.Select(change => change.Value is { } value
            ? $"{change.Key}={Encoding.UTF8.GetString(value.Span)}@{change.CreateRevision}"
            : $"{change.Key} deleted");
        return $"{watch.Current.Revision}: {string.Join(' ', events)}";
    }

    private protected static string Text(MetadataEntry entry) =>
        $"{entry.Key}={Encoding.UTF8.GetString(entry.Value.Span)}@{entry.CreateRevision},{entry.ModRevision}";

    private protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
