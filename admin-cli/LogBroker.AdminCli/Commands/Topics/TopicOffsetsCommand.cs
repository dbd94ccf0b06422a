using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Tells from where to where topics' partitions can be read, and where a time lies in them.</summary>
internal sealed class TopicOffsetsCommand : VerbCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string?> _time = new("--time") { Description = "Also the first offset at or after a time: 2026-01-31T10:00:00Z, or how long ago: 2h", HelpName = "time" };

    public TopicOffsetsCommand(CommandEnvironment environment)
        : base("offsets", "List the first and the last offsets of topics' partitions", environment)
    {
        _names = TopicNames.Several(environment, "Their names");
        Add(_names);
        Add(_time);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        var partitions = new List<TopicPartition>();
        foreach (string name in parsed.GetRequiredValue(_names).Distinct(StringComparer.Ordinal))
        {
            TopicDescription topic = await context.Admin.TopicOrFailAsync(name, cancelled);
            partitions.AddRange(topic.Partitions.Select(partition => new TopicPartition(name, partition.Index)));
        }
        PartitionRange[] ranges = await PartitionRange.OfAsync(context.Admin, partitions, cancelled);
        List<Column<PartitionRange>> columns =
        [
            new("topic", range => range.Partition.Topic),
            new("partition", range => range.Partition.Partition),
            new("start-offset", range => range.Start),
            new("end-offset", range => range.End),
            new("records", range => range.Records),
        ];
        if (parsed.GetValue(_time) is { } time)
        {
            OffsetSpec at = OffsetSpec.At(PointInTime.Parse(time, context.Environment.Time));
            var found = await context.Admin.Partitions.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => at), cancellationToken: cancelled);
            columns.Add(new("offset-at-time", range => found.TryGetValue(range.Partition, out ListedOffset? listed) && listed.Offset.Value >= 0 ? listed.Offset.Value : null));
        }
        context.Results.Write(new Listing<PartitionRange>(ranges, [.. columns]));
        return ranges.Any(range => range.End is null) ? ExitCodes.Failed : ExitCodes.Done;
    }
}
