using System.CommandLine;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Tells all about topics: partitions, who keeps them, how full they are, and settings that differ from the default.</summary>
internal sealed class TopicDescribeCommand : VerbCommand
{
    private readonly Argument<string[]> _names;

    public TopicDescribeCommand(CommandEnvironment environment)
        : base("describe", "Describe topics: partitions, offsets, settings of their own", environment)
    {
        _names = TopicNames.Several(environment, "Their names");
        Add(_names);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        var described = new List<IDocument>();
        int exitCode = ExitCodes.Done;
        foreach (string name in parsed.GetRequiredValue(_names).Distinct(StringComparer.Ordinal))
        {
            try
            {
                (Details details, bool isKnown) = await DescribeAsync(context.Admin, name, cancelled);
                described.Add(details);
                if (!isKnown) exitCode = ExitCodes.Failed;
            }
            catch (Exception e) when (e is CommandException or KafkaException && !FailureText.IsUnreachable(e))
            {
                exitCode = FailureText.Of(e)!.WriteTo(context.Environment);
            }
        }
        if (described.Count > 0) context.Results.Write(new Several(described));
        return exitCode;
    }

    private static async Task<(Details Details, bool IsKnown)> DescribeAsync(AdminClient admin, string name, CancellationToken cancelled)
    {
        TopicDescription topic = await admin.TopicOrFailAsync(name, cancelled);
        PartitionRange[] ranges = await PartitionRange.OfAsync(admin, topic, cancelled);
        IReadOnlyDictionary<string, ConfigEntry> configs = await admin.Configs.DescribeAsync(ConfigResource.Topic(name), cancelled);
        Details details = new Details()
            .Add("topic", topic.Name)
            .Add("id", KafkaUuid.ToText(topic.Id))
            .Add("partitions", topic.Partitions.Length)
            .Add("replication-factor", topic.Partitions.Select(partition => partition.Replicas.Length).DefaultIfEmpty(0).Max())
            .Add("internal", topic.IsInternal)
            .Add("records", ranges.All(range => range.Records is not null) ? ranges.Sum(range => range.Records) : null)
            .Add("partition-list", Partitions(topic, ranges))
            .Add("configs", Configs(configs));
        return (details, ranges.All(range => range.Records is not null));
    }

    private static Listing<(PartitionDescription Partition, PartitionRange Range)> Partitions(TopicDescription topic, PartitionRange[] ranges) => new(
        [.. topic.Partitions.Zip(ranges)],
        new("partition", row => row.Partition.Index),
        new("leader", row => row.Partition.LeaderId, row => row.Partition.LeaderId is { } leader ? $"{leader}" : "none") { Tone = row => row.Partition.LeaderId is null ? Tone.Bad : Tone.Plain },
        new("leader-epoch", row => row.Partition.LeaderEpoch.Value),
        new("replicas", row => Numbers(row.Partition.Replicas)),
        new("in-sync", row => Numbers(row.Partition.InSyncReplicas)) { Tone = row => row.Partition.InSyncReplicas.Length < row.Partition.Replicas.Length ? Tone.Warning : Tone.Good },
        new("offline", row => Numbers(row.Partition.OfflineReplicas)) { Tone = _ => Tone.Bad },
        new("start-offset", row => row.Range.Start),
        new("end-offset", row => row.Range.End),
        new("records", row => row.Range.Records));

    private static Listing<ConfigEntry> Configs(IReadOnlyDictionary<string, ConfigEntry> configs) => new(
        [.. configs.Values.Where(config => config.Source == ConfigSource.Topic).OrderBy(config => config.Name, StringComparer.Ordinal)],
        new("key", config => config.Name),
        new("value", config => config.Value))
    {
        WhenEmpty = "All as the broker has them.",
    };

    private static JsonArray Numbers(IEnumerable<int> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);
}
