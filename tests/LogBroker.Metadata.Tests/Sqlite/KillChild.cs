using LogBroker.Metadata.Commands;

namespace LogBroker.Metadata.Tests.Sqlite;

/// <summary>The program that a test kills: creates one topic after the other and writes a topic's name once it is
/// created.</summary>
internal static class KillChild
{
    public const int Partitions = 400;

    public static async Task<int> Main(string[] args)
    {
        await using var store = CatalogueHost.OpenStore(args[0]);
        await using var host = await CatalogueHost.StartAsync(store, 1);
        if (await host.JoinAsync(1) is not null) return 1;
        for (int i = 0; ; i++)
        {
            // Large enough that a transaction is more than one write.
            var topic = new NewTopic
            {
                Name = $"{args[1]}-{i}",
                PartitionCount = Partitions,
                Configs = [new("retention.ms", new string(' ', 10_000) + "5")],
            };
            if ((await host.Catalogue.CreateTopicAsync(topic, CancellationToken.None)).Error is not null) return 2;
            await Console.Out.WriteLineAsync(topic.Name);
        }
    }
}
