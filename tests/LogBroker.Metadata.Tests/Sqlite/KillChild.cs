using LogBroker.Metadata.Sqlite;
using LogBroker.Metadata.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Metadata.Tests.Sqlite;

/// <summary>The program that a test kills: commits one topic after the other, each as a transaction of several keys, and
/// writes a topic's name once it is committed.</summary>
internal static class KillChild
{
    public static IEnumerable<string> KeysOf(string topic) => [$"topic/{topic}", $"name/{topic}", $"config/{topic}"];

    public static async Task<int> Main(string[] args)
    {
        await using var store = SqliteMetadataStore.Open(
            new SqliteMetadataStoreOptions { Path = args[0], HistoryRevisions = 20 },
            TimeProvider.System,
            NullLogger<SqliteMetadataStore>.Instance);
        // Longer than a page, so that a transaction is more than one write.
        var value = new byte[20_000];
        for (int i = 0; ; i++)
        {
            var topic = $"{args[1]}-{i}";
            var transaction = KeysOf(topic).Aggregate(MetadataTransaction.Empty, (t, key) => t.Put(key, value));
            if (!(await store.CommitAsync(transaction, CancellationToken.None)).IsCommitted) return 1;
            await Console.Out.WriteLineAsync(topic);
        }
    }
}
