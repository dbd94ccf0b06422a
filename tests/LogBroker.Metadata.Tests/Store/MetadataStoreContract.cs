using System.Collections.Concurrent;
using System.Text;
using LogBroker.Metadata.Store;

namespace LogBroker.Metadata.Tests.Store;

/// <summary>What every <see cref="IMetadataStore"/> must do; an implementation derives from this and says how it is opened.</summary>
public abstract class MetadataStoreContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly CancellationToken _giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
    private IMetadataStore _store = null!;

    private protected ManualTimeProvider Time { get; } = new();

    /// <summary>Opens the store of this test: the same data each time.</summary>
    protected abstract ValueTask<IMetadataStore> OpenAsync();

    public async Task InitializeAsync() => _store = await OpenAsync();

    public virtual async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Read_EmptyStore_IsRevisionZero()
    {
        var snapshot = await _store.ReadAsync("", None);

        Assert.Equal(0, snapshot.Revision);
        Assert.Empty(snapshot.Entries);
    }

    [Fact]
    public async Task Commit_Puts_AreReadBackWithTheirRevisions()
    {
        var first = await _store.CommitAsync(MetadataTransaction.Empty.Put("a/1", Bytes("x")).Put("b", Bytes("")), None);
        var second = await _store.CommitAsync(MetadataTransaction.Empty.Put("a/1", Bytes("y")).Put("a/2", Bytes("z")), None);

        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), first);
        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), second);
        var snapshot = await _store.ReadAsync("", None);
        Assert.Equal(2, snapshot.Revision);
        Assert.Equal(["a/1=y@1,2", "a/2=z@2,2", "b=@1,1"], snapshot.Entries.Select(Text));
    }

    [Fact]
    public async Task Read_Prefix_FindsExactlyItsKeys()
    {
        string[] keys = ["a", "a/", "a/b", "a/ü", "a0", "b", "a/\U0001F600", "A/b"];
        var transaction = keys.Aggregate(MetadataTransaction.Empty, (t, key) => t.Put(key, Bytes(key)));
        await _store.CommitAsync(transaction, None);

        var found = (await _store.ReadAsync("a/", None)).Entries.Select(entry => entry.Key);

        Assert.Equal(["a/", "a/b", "a/ü", "a/\U0001F600"], found);
    }

    [Fact]
    public async Task Commit_ConditionsHold_IsDone()
    {
        await PutAsync("k", "1");

        var result = await _store.CommitAsync(
            MetadataTransaction.Empty.Require("k", 1).RequireAbsent("other").Put("k", Bytes("2")), None);

        Assert.True(result.IsCommitted);
        Assert.Equal("k=2@1,2", Text((await _store.ReadAsync("k", None)).Entries.Single()));
    }

    [Theory]
    [InlineData("k", 0)]
    [InlineData("k", 1)]
    [InlineData("k", 3)]
    [InlineData("absent", 1)]
    public async Task Commit_ConditionFails_ChangesNothing(string key, long expected)
    {
        await PutAsync("k", "1");
        await PutAsync("k", "2");

        var result = await _store.CommitAsync(
            MetadataTransaction.Empty.Require(key, expected).Put("k", Bytes("3")).Put("new", Bytes("3")), None);

        Assert.Equal(new CommitResult(CommitStatus.Conflict, 2), result);
        Assert.Equal(["k=2@1,2"], (await _store.ReadAsync("", None)).Entries.Select(Text));
    }

    [Fact]
    public async Task Commit_Delete_RemovesAndStartsANewLife()
    {
        await PutAsync("k", "1");
        await _store.CommitAsync(MetadataTransaction.Empty.Require("k", 1).Delete("k"), None);
        Assert.Empty((await _store.ReadAsync("", None)).Entries);

        await _store.CommitAsync(MetadataTransaction.Empty.RequireAbsent("k").Put("k", Bytes("2")), None);

        Assert.Equal(["k=2@3,3"], (await _store.ReadAsync("", None)).Entries.Select(Text));
    }

    [Fact]
    public async Task Commit_WithoutEffect_MakesNoRevision()
    {
        await PutAsync("k", "1");

        var deleteOfNothing = await _store.CommitAsync(MetadataTransaction.Empty.Delete("absent"), None);
        var onlyCondition = await _store.CommitAsync(MetadataTransaction.Empty.Require("k", 1), None);

        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), deleteOfNothing);
        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), onlyCondition);
    }

    [Fact]
    public async Task Watch_FromPastRevision_ReportsHistoryThenNews()
    {
        await PutAsync("w/a", "1");
        await PutAsync("other", "x");
        await _store.CommitAsync(MetadataTransaction.Empty.Put("w/a", Bytes("2")).Put("w/b", Bytes("3")).Delete("other"), None);
        await using var watch = Watch("w/", 1);

        Assert.Equal("1: w/a=1@1", await NextAsync(watch));
        Assert.Equal("3: w/a=2@1 w/b=3@3", await NextAsync(watch));
        var next = NextAsync(watch);
        Assert.False(next.IsCompleted);
        await PutAsync("other", "y");
        await _store.CommitAsync(MetadataTransaction.Empty.Delete("w/a"), None);

        Assert.Equal("5: w/a deleted", await next);
    }

    [Fact]
    public async Task Watch_FromFutureRevision_WaitsForIt()
    {
        await using var watch = Watch("", 3);
        var next = NextAsync(watch);
        for (int i = 1; i <= 3; i++) await PutAsync("k", $"{i}");

        Assert.Equal("3: k=3@1", await next);
    }

    [Fact]
    public async Task Watch_Cancelled_Ends()
    {
        using var cancel = new CancellationTokenSource();
        await using var watch = _store.WatchAsync("", 1, cancel.Token).GetAsyncEnumerator(cancel.Token);
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Watch_StoreDisposed_Ends()
    {
        await using var watch = Watch("", 1);
        var next = NextAsync(watch);

        await _store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
        _store = await OpenAsync();
    }

    [Fact]
    public async Task Watch_ManyRevisionsWhileWatching_SeesEachOnceInOrder()
    {
        const int Count = 300;
        await using var early = Watch("", 1);
        var writer = PutManyAsync(0, Count);
        var seen = new List<long>();
        while (seen.Count < Count)
        {
            Assert.True(await early.MoveNextAsync());
            seen.Add(early.Current.Revision);
        }

        await writer;
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task Commit_ConcurrentIncrements_LosesNone()
    {
        const int Writers = 8, Each = 25;
        await PutAsync("counter", "0");

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (int done = 0; done < Each;)
            {
                var entry = (await _store.ReadAsync("counter", None)).Entries.Single();
                int value = int.Parse(Encoding.UTF8.GetString(entry.Value.Span), null);
                var result = await _store.CommitAsync(
                    MetadataTransaction.Empty.Require("counter", entry.ModRevision).Put("counter", Bytes($"{value + 1}")), None);
                if (result.IsCommitted) done++;
            }
        })));

        Assert.Equal($"counter={Writers * Each}@1,{(Writers * Each) + 1}",
            Text((await _store.ReadAsync("counter", None)).Entries.Single()));
    }

    [Fact]
    public async Task Watch_ConcurrentWriters_EveryWatcherSeesTheSameOrder()
    {
        const int Writers = 4, Each = 40, Watchers = 3;
        var watches = Enumerable.Range(0, Watchers).Select(_ => Task.Run(async () =>
        {
            var seen = new List<string>();
            await using var watch = Watch("", 1);
            while (seen.Count < Writers * Each) seen.Add(await NextAsync(watch));
            return seen;
        })).ToList();
        var results = new ConcurrentBag<CommitResult>();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
                results.Add(await _store.CommitAsync(MetadataTransaction.Empty.Put($"w{writer}", Bytes($"{i}")), None));
        })));

        var all = await Task.WhenAll(watches);

        Assert.Equal(Writers * Each, results.Select(result => result.Revision).Distinct().Count());
        Assert.All(all, seen => Assert.Equal(all[0], seen));
    }

    [Fact]
    public async Task Reopen_KeepsEntriesRevisionsAndHistory()
    {
        await PutAsync("a", "1");
        await _store.CommitAsync(MetadataTransaction.Empty.Delete("a").Put("b", Bytes("2")), None);

        await ReopenAsync();

        var snapshot = await _store.ReadAsync("", None);
        Assert.Equal(2, snapshot.Revision);
        Assert.Equal(["b=2@2,2"], snapshot.Entries.Select(Text));
        await using var watch = Watch("", 1);
        Assert.Equal("1: a=1@1", await NextAsync(watch));
        Assert.Equal("2: a deleted b=2@2", await NextAsync(watch));
        Assert.Equal(3, (await PutAsync("c", "3")).Revision);
        Assert.Equal("3: c=3@3", await NextAsync(watch));
    }

    [Fact]
    public async Task Compact_DropsHistoryAndKeepsEntries()
    {
        await PutManyAsync(0, 5);
        await _store.CompactAsync(3, None);

        Assert.Equal(5, (await _store.ReadAsync("", None)).Entries.Length);
        foreach (long from in new long[] { 1, 3 })
        {
            await using var tooEarly = Watch("", from);
            var exception = await Assert.ThrowsAsync<CompactedException>(() => NextAsync(tooEarly));
            Assert.Equal(3, exception.CompactedRevision);
        }

        await using var watch = Watch("", 4);
        Assert.StartsWith("4:", await NextAsync(watch), StringComparison.Ordinal);
        Assert.StartsWith("5:", await NextAsync(watch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compact_FutureRevision_IsRefused()
    {
        await PutAsync("a", "1");

        await Assert.ThrowsAnyAsync<ArgumentOutOfRangeException>(() => _store.CompactAsync(2, None));
    }

    [Fact]
    public async Task Lease_Expired_DeletesItsEntriesInOneRevision()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await _store.CommitAsync(
            MetadataTransaction.Empty.Put("l/a", Bytes("1"), lease).Put("l/b", Bytes("2"), lease).Put("l/c", Bytes("3")), None);
        await using var watch = Watch("l/", 2);
        var next = NextAsync(watch);

        Time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal(3, (await _store.ReadAsync("l/", None)).Entries.Length);
        Time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.Equal("2: l/a deleted l/b deleted", await next);
        Assert.Equal(["l/c=3@1,1"], (await _store.ReadAsync("", None)).Entries.Select(Text));
        Assert.False(await _store.KeepAliveAsync(lease, None));
    }

    [Fact]
    public async Task Lease_KeptAlive_Lives()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        var other = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(25), None);
        await _store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease).Put("o", Bytes("1"), other), None);
        await using var watch = Watch("", 2);

        for (int i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(6));
            Assert.True(await _store.KeepAliveAsync(lease, None));
        }

        Assert.Equal(2, (await _store.ReadAsync("", None)).Entries.Length);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2: o deleted", await NextAsync(watch));
        Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("3: k deleted", await NextAsync(watch));
    }

    [Fact]
    public async Task Lease_Revoked_DeletesItsEntriesAtOnce()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await _store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease), None);

        Assert.True(await _store.RevokeAsync(lease, None));

        Assert.Empty((await _store.ReadAsync("", None)).Entries);
        Assert.False(await _store.RevokeAsync(lease, None));
        Assert.NotEqual(lease, await _store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None));
    }

    [Fact]
    public async Task Commit_UnknownLease_ChangesNothing()
    {
        var result = await _store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), new LeaseId(77)), None);

        Assert.Equal(CommitStatus.LeaseNotFound, result.Status);
        Assert.Empty((await _store.ReadAsync("", None)).Entries);
    }

    [Fact]
    public async Task Lease_EntryPutAgainWithoutIt_OutlivesIt()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await _store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease), None);
        await PutAsync("k", "2");

        Assert.True(await _store.RevokeAsync(lease, None));

        Assert.Equal(["k=2@1,2"], (await _store.ReadAsync("", None)).Entries.Select(Text));
    }

    [Fact]
    public async Task Lease_AfterReopen_HasAtMostItsFullTime()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await _store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease), None);
        await ReopenAsync();
        Assert.True(await _store.KeepAliveAsync(lease, None));
        await using var watch = Watch("", 2);

        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("2: k deleted", await NextAsync(watch));
        await ReopenAsync();
        Assert.NotEqual(lease, await _store.GrantLeaseAsync(TimeSpan.FromSeconds(1), None));
    }

    [Fact]
    public void Transaction_InvalidKey_IsRefused()
    {
        string[] keys = ["", "a\0b", "a\U0010FFFF", "a" + (char)0xD800, (char)0xDC00 + "a", new string('a', 1025)];

        Assert.All(keys, key =>
        {
            Assert.Throws<ArgumentException>(() => MetadataTransaction.Empty.Put(key, Bytes("1")));
            Assert.False(MetadataKey.IsValid(key));
        });
    }

    [Fact]
    public void Transaction_SameKeyTwice_IsRefused()
    {
        var transaction = MetadataTransaction.Empty.Put("k", Bytes("1"));

        Assert.Throws<ArgumentException>(() => transaction.Delete("k"));
    }

    private protected async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = await OpenAsync();
    }

    private async Task PutManyAsync(int from, int count)
    {
        for (int i = from; i < from + count; i++) await PutAsync($"k{i}", "v");
    }

    private Task<CommitResult> PutAsync(string key, string value) =>
        _store.CommitAsync(MetadataTransaction.Empty.Put(key, Bytes(value)), None);

    private IAsyncEnumerator<MetadataChange> Watch(string prefix, long from) =>
        _store.WatchAsync(prefix, from, _giveUp).GetAsyncEnumerator(_giveUp);

    private static async Task<string> NextAsync(IAsyncEnumerator<MetadataChange> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        var events = watch.Current.Events.Select(change => change.Value is { } value
            ? $"{change.Key}={Encoding.UTF8.GetString(value.Span)}@{change.CreateRevision}"
            : $"{change.Key} deleted");
        return $"{watch.Current.Revision}: {string.Join(' ', events)}";
    }

    private static string Text(MetadataEntry entry) =>
        $"{entry.Key}={Encoding.UTF8.GetString(entry.Value.Span)}@{entry.CreateRevision},{entry.ModRevision}";

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
