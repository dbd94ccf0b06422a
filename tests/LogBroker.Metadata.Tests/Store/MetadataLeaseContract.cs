using LogBroker.Metadata.Store;

namespace LogBroker.Metadata.Tests.Store;

/// <summary>What every <see cref="IMetadataStore"/> must do about leases.</summary>
public abstract class MetadataLeaseContract : MetadataStoreContractBase
{
    [Fact]
    public async Task Lease_Expired_DeletesItsEntriesInOneRevision()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await Store.CommitAsync(
            MetadataTransaction.Empty.Put("l/a", Bytes("1"), lease).Put("l/b", Bytes("2"), lease).Put("l/c", Bytes("3")), None);
        await using var watch = Watch("l/", 2);
        var next = NextAsync(watch);

        Time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal(3, (await Store.ReadAsync("l/", None)).Entries.Length);
        Time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.Equal("2: l/a deleted l/b deleted", await next);
        Assert.Equal(["l/c=3@1,1"], (await Store.ReadAsync("", None)).Entries.Select(Text));
        Assert.False(await Store.KeepAliveAsync(lease, None));
    }

    [Fact]
    public async Task Lease_KeptAlive_Lives()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        var other = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(25), None);
        await Store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease).Put("o", Bytes("1"), other), None);
        await using var watch = Watch("", 2);

        for (int i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(6));
            Assert.True(await Store.KeepAliveAsync(lease, None));
        }

        Assert.Equal(2, (await Store.ReadAsync("", None)).Entries.Length);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2: o deleted", await NextAsync(watch));
        Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("3: k deleted", await NextAsync(watch));
    }

    [Fact]
    public async Task Lease_Revoked_DeletesItsEntriesAtOnce()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await Store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease), None);

        Assert.True(await Store.RevokeAsync(lease, None));

        Assert.Empty((await Store.ReadAsync("", None)).Entries);
        Assert.False(await Store.RevokeAsync(lease, None));
        Assert.NotEqual(lease, await Store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None));
    }

    [Fact]
    public async Task Commit_UnknownLease_ChangesNothing()
    {
        var result = await Store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), new LeaseId(77)), None);

        Assert.Equal(CommitStatus.LeaseNotFound, result.Status);
        Assert.Empty((await Store.ReadAsync("", None)).Entries);
    }

    [Fact]
    public async Task Lease_EntryPutAgainWithoutIt_OutlivesIt()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await Store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease), None);
        await PutAsync("k", "2");

        Assert.True(await Store.RevokeAsync(lease, None));

        Assert.Equal(["k=2@1,2"], (await Store.ReadAsync("", None)).Entries.Select(Text));
    }

    [Fact]
    public async Task Lease_AfterReopen_HasAtMostItsFullTime()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(10), None);
        await Store.CommitAsync(MetadataTransaction.Empty.Put("k", Bytes("1"), lease), None);
        await ReopenAsync();
        Assert.True(await Store.KeepAliveAsync(lease, None));
        await using var watch = Watch("", 2);

        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("2: k deleted", await NextAsync(watch));
        await ReopenAsync();
        Assert.NotEqual(lease, await Store.GrantLeaseAsync(TimeSpan.FromSeconds(1), None));
    }
}
