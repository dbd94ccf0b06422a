using System.Collections.Concurrent;
using System.Text;
using LogBroker.Metadata.Store;

namespace LogBroker.Metadata.Tests.Store;

/// <summary>What every <see cref="IMetadataStore"/> must do; an implementation derives from this and says how it is opened.
/// Leases have a contract of their own: <see cref="MetadataLeaseContract"/>.</summary>
public abstract class MetadataStoreContract : MetadataStoreContractBase
{
    [Fact]
    public async Task Read_EmptyStore_IsRevisionZero()
    {
        var snapshot = await Store.ReadAsync("", None);

        Assert.Equal(0, snapshot.Revision);
        Assert.Empty(snapshot.Entries);
    }

    [Fact]
    public async Task Commit_Puts_AreReadBackWithTheirRevisions()
    {
        var first = await Store.CommitAsync(MetadataTransaction.Empty.Put("a/1", Bytes("x")).Put("b", Bytes("")), None);
        var second = await Store.CommitAsync(MetadataTransaction.Empty.Put("a/1", Bytes("y")).Put("a/2", Bytes("z")), None);

        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), first);
        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), second);
        var snapshot = await Store.ReadAsync("", None);
        Assert.Equal(2, snapshot.Revision);
        Assert.Equal(["a/1=y@1,2", "a/2=z@2,2", "b=@1,1"], snapshot.Entries.Select(Text));
    }

    [Fact]
    public async Task Read_Prefix_FindsExactlyItsKeys()
    {
        string[] keys = ["a", "a/", "a/b", "a/ü", "a0", "b", "a/\U0001F600", "A/b"];
        var transaction = keys.Aggregate(MetadataTransaction.Empty, (t, key) => t.Put(key, Bytes(key)));
        await Store.CommitAsync(transaction, None);

        var found = (await Store.ReadAsync("a/", None)).Entries.Select(entry => entry.Key);

        Assert.Equal(["a/", "a/b", "a/ü", "a/\U0001F600"], found);
    }

    [Fact]
    public async Task Commit_ConditionsHold_IsDone()
    {
        await PutAsync("k", "1");

        var result = await Store.CommitAsync(
            MetadataTransaction.Empty.Require("k", 1).RequireAbsent("other").Put("k", Bytes("2")), None);

        Assert.True(result.IsCommitted);
        Assert.Equal("k=2@1,2", Text((await Store.ReadAsync("k", None)).Entries.Single()));
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

        var result = await Store.CommitAsync(
            MetadataTransaction.Empty.Require(key, expected).Put("k", Bytes("3")).Put("new", Bytes("3")), None);

        Assert.Equal(new CommitResult(CommitStatus.Conflict, 2), result);
        Assert.Equal(["k=2@1,2"], (await Store.ReadAsync("", None)).Entries.Select(Text));
    }

    [Fact]
    public async Task Commit_Delete_RemovesAndStartsANewLife()
    {
        await PutAsync("k", "1");
        await Store.CommitAsync(MetadataTransaction.Empty.Require("k", 1).Delete("k"), None);
        Assert.Empty((await Store.ReadAsync("", None)).Entries);

        await Store.CommitAsync(MetadataTransaction.Empty.RequireAbsent("k").Put("k", Bytes("2")), None);

        Assert.Equal(["k=2@3,3"], (await Store.ReadAsync("", None)).Entries.Select(Text));
    }

    [Fact]
    public async Task Commit_WithoutEffect_MakesNoRevision()
    {
        await PutAsync("k", "1");

        var deleteOfNothing = await Store.CommitAsync(MetadataTransaction.Empty.Delete("absent"), None);
        var onlyCondition = await Store.CommitAsync(MetadataTransaction.Empty.Require("k", 1), None);

        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), deleteOfNothing);
        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), onlyCondition);
    }

    [Fact]
    public async Task Watch_FromPastRevision_ReportsHistoryThenNews()
    {
        await PutAsync("w/a", "1");
        await PutAsync("other", "x");
        await Store.CommitAsync(MetadataTransaction.Empty.Put("w/a", Bytes("2")).Put("w/b", Bytes("3")).Delete("other"), None);
        await using var watch = Watch("w/", 1);

        Assert.Equal("1: w/a=1@1", await NextAsync(watch));
        Assert.Equal("3: w/a=2@1 w/b=3@3", await NextAsync(watch));
        var next = NextAsync(watch);
        Assert.False(next.IsCompleted);
        await PutAsync("other", "y");
        await Store.CommitAsync(MetadataTransaction.Empty.Delete("w/a"), None);

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
        await using var watch = Store.WatchAsync("", 1, cancel.Token).GetAsyncEnumerator(cancel.Token);
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Watch_StoreDisposed_Ends()
    {
        await using var watch = Watch("", 1);
        var next = NextAsync(watch);

        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
        Store = await OpenAsync();
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
                var entry = (await Store.ReadAsync("counter", None)).Entries.Single();
                int value = int.Parse(Encoding.UTF8.GetString(entry.Value.Span), null);
                var result = await Store.CommitAsync(
                    MetadataTransaction.Empty.Require("counter", entry.ModRevision).Put("counter", Bytes($"{value + 1}")), None);
                if (result.IsCommitted) done++;
            }
        })));

        Assert.Equal($"counter={Writers * Each}@1,{(Writers * Each) + 1}",
            Text((await Store.ReadAsync("counter", None)).Entries.Single()));
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
                results.Add(await Store.CommitAsync(MetadataTransaction.Empty.Put($"w{writer}", Bytes($"{i}")), None));
        })));

        var all = await Task.WhenAll(watches);

        Assert.Equal(Writers * Each, results.Select(result => result.Revision).Distinct().Count());
        Assert.All(all, seen => Assert.Equal(all[0], seen));
    }

    [Fact]
    public async Task Reopen_KeepsEntriesRevisionsAndHistory()
    {
        await PutAsync("a", "1");
        await Store.CommitAsync(MetadataTransaction.Empty.Delete("a").Put("b", Bytes("2")), None);

        await ReopenAsync();

        var snapshot = await Store.ReadAsync("", None);
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
        await Store.CompactAsync(3, None);

        Assert.Equal(5, (await Store.ReadAsync("", None)).Entries.Length);
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

        await Assert.ThrowsAnyAsync<ArgumentOutOfRangeException>(() => Store.CompactAsync(2, None));
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
}
