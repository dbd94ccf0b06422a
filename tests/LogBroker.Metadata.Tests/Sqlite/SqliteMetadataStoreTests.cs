using System.Diagnostics;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Sqlite;
using LogBroker.Metadata.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Metadata.Tests.Sqlite;

public sealed class SqliteMetadataStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("metadata.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_FileInUse_IsRefused()
    {
        await using var first = Open();

        Assert.Throws<MetadataStoreException>(() => Open());
    }

    [Fact]
    public async Task Open_NotADatabase_IsRefusedAndLeftAlone()
    {
        var content = Enumerable.Repeat((byte)'x', 5000).ToArray();
        await File.WriteAllBytesAsync(Path, content);

        Assert.Throws<MetadataStoreException>(() => Open());
        Assert.Equal(content, await File.ReadAllBytesAsync(Path));
    }

    [Fact]
    public async Task Open_LaterSchemaVersion_IsRefused()
    {
        await using (Open())
        {
        }

        Query("PRAGMA user_version = 99999");

        var exception = Assert.Throws<MetadataStoreException>(() => Open());
        Assert.Contains("99999", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_LeavesNoMemoryMap()
    {
        await using var store = Open();
        await store.CommitAsync(MetadataTransaction.Empty.Put("k", new byte[10]), CancellationToken.None);

        Assert.False(File.Exists(Path + "-shm"));
        Assert.True(File.Exists(Path + "-wal"));
    }

    [Fact]
    public async Task Commit_BeyondTheHistoryKept_CompactsByItself()
    {
        await using var store = Open(historyRevisions: 10);
        for (int i = 0; i < 50; i++)
            await store.CommitAsync(MetadataTransaction.Empty.Put("k", new byte[] { 1 }), CancellationToken.None);

        Assert.InRange(await CompactedRevisionAsync(store), 30, 40);
    }

    [Fact]
    public async Task Commit_ProcessKilled_IsWholeOrAbsentAndKeepsWhatWasAcknowledged()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var acknowledged = new HashSet<string>();
        for (int round = 0; round < 5; round++)
        {
            int count = random.Next(1, 40);
            using var child = StartChild($"r{round}");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
            try
            {
                for (string? line = null; count-- > 0 && (line = await child.StandardOutput.ReadLineAsync(patience.Token)) is not null;)
                    acknowledged.Add(line);
            }
            finally
            {
                child.Kill();
            }
            await child.WaitForExitAsync(patience.Token);
            // What was acknowledged before the kill and still lies in the pipe counts as well; its last line may be torn.
            var rest = await child.StandardOutput.ReadToEndAsync();
            if (rest.LastIndexOf('\n') is var end and > 0) acknowledged.UnionWith(rest[..end].Split('\n'));

            Assert.Equal("ok", Query("PRAGMA integrity_check"));
            await using var store = Open();
            var keys = (await store.ReadAsync("", CancellationToken.None)).Entries.Select(entry => entry.Key).ToHashSet();
            var image = MetadataImage.From(await store.ReadAsync("", CancellationToken.None));
            var topics = image.Topics.Keys.ToHashSet();
            Assert.All(image.Topics.Values, topic =>
            {
                Assert.Equal(KillChild.Partitions, topic.Partitions.Length);
                Assert.NotEmpty(image.ConfigsOf(ConfigResource.Topic(topic.Name)));
                Assert.Contains(CatalogueKeys.TopicMetricName(topic.Name), keys);
            });
            // Three keys a topic, the cluster's name and the broker: nothing else is left over.
            Assert.Equal((3 * topics.Count) + 2, keys.Count);
            Assert.True(acknowledged.IsSubsetOf(topics), $"lost; seed {seed}");
        }
    }

    private static async Task<long> CompactedRevisionAsync(SqliteMetadataStore store)
    {
        await using var watch = store.WatchAsync("", 1, CancellationToken.None).GetAsyncEnumerator();
        var exception = await Assert.ThrowsAsync<CompactedException>(async () => await watch.MoveNextAsync());
        return exception.CompactedRevision;
    }

    private SqliteMetadataStore Open(int historyRevisions = 10_000) => SqliteMetadataStore.Open(
        new SqliteMetadataStoreOptions { Path = Path, HistoryRevisions = historyRevisions },
        TimeProvider.System,
        NullLogger<SqliteMetadataStore>.Instance);

    private object? Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private Process StartChild(string name)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet) { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(KillChild).Assembly.Location);
        start.ArgumentList.Add(Path);
        start.ArgumentList.Add(name);
        return Process.Start(start)!;
    }
}
