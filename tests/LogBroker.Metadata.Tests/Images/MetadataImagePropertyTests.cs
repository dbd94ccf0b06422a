using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Store;

namespace LogBroker.Metadata.Tests.Images;

/// <summary>Random histories of commands: an image that followed them change by change is the one that is read afresh.</summary>
public sealed class MetadataImagePropertyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Apply_AnyHistory_EqualsReadingAfresh()
    {
        // FsCheck names the seed of a failure ("Replay") in its message.
        var commands = Gen.Choose(0, 99_999).ListOf(15).ToArbitrary();
        Prop.ForAll(commands, numbers => CheckAsync(numbers).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static async Task CheckAsync(IEnumerable<int> numbers)
    {
        await using var store = CatalogueHost.OpenStore(":memory:");
        await using (var host = await CatalogueHost.StartAsync(store, 1))
        {
            await host.JoinAsync(1);
            foreach (int number in numbers) await DoAsync(host.Catalogue, number);
            var snapshot = await store.ReadAsync("", None);
            Assert.Equal(Text(MetadataImage.From(snapshot)), Text(host.Catalogue.Image));
        }

        var fromTheStart = MetadataImage.Empty;
        long revision = (await store.ReadAsync("", None)).Revision;
        await foreach (var change in store.WatchAsync("", 1, None))
        {
            fromTheStart = fromTheStart.Apply(change);
            if (change.Revision == revision) break;
        }

        Assert.Equal(Text(MetadataImage.From(await store.ReadAsync("", None))), Text(fromTheStart));
    }

    private static Task DoAsync(Catalogue catalogue, int number)
    {
        int kind = number % 7, which = number / 7 % 5, size = (number / 35 % 4) + 1;
        var name = $"t.{which}";
        var value = size.ToString(CultureInfo.InvariantCulture);
        return kind switch
        {
            0 or 1 => catalogue.CreateTopicsAsync(
                [
                    new NewTopic { Name = name, PartitionCount = size },
                    new NewTopic { Name = $"u{which}", Configs = [new("retention.ms", value)] },
                ], number % 2 == 0, None),
            2 => catalogue.DeleteTopicsAsync([new(name, default), new($"u{which}", default)], None),
            3 => catalogue.CreatePartitionsAsync([new NewPartitions(name, size)], false, None),
            4 => AlterAsync(ConfigResource.Topic(name), "retention.ms"),
            5 => AlterAsync(size % 2 == 0 ? ConfigResource.ClusterDefault : ConfigResource.Broker(1), "log.roll.ms"),
            _ => catalogue.Membership(CatalogueHost.Registration(which + 2), TimeSpan.FromHours(1)).JoinAsync(None),
        };

        Task AlterAsync(ConfigResource resource, string setting) => catalogue.AlterConfigsAsync(
            resource,
            [new(setting, number % 3 == 0 ? AlterConfigOperationType.Delete : AlterConfigOperationType.Set, value)],
            false,
            None);
    }

    private static string Text(MetadataImage image) => string.Join('\n',
    [
        $"{image.Revision} {image.ClusterId}",
        .. image.Brokers.Values.Select(broker => $"{broker.Id} {broker.Epoch} {broker.Rack} {broker.Endpoints.Single()}"),
        .. image.Topics.Values.Select(topic => $"{topic.Name} {topic.Id} {image.TryGetTopic(topic.Id, out var same)} " +
            $"{same?.Name} " + string.Join(' ', topic.Partitions.Select(p => $"{p.Index}:{string.Join(',', p.Replicas)}"))),
        .. image.ConfiguredResources.Select(resource => $"{resource} " +
            string.Join(' ', image.ConfigsOf(resource).OrderBy(pair => pair.Key))).Order(),
    ]);
}
