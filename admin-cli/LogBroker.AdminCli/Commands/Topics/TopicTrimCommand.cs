using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Deletes a topic's oldest records.</summary>
internal sealed class TopicTrimCommand : VerbCommand
{
    private readonly Argument<string> _name;
    private readonly Option<int[]> _partitions = PartitionNumbers.Some();
    private readonly Option<long?> _offset = new("--before-offset") { Description = "Records before this offset", HelpName = "offset" };
    private readonly Option<string?> _time = new("--before-time") { Description = "Records before this time: 2026-01-31T10:00:00Z, or a duration ago: 2h", HelpName = "time" };
    private readonly Option<bool> _all = new("--all") { Description = "All records" };

    public TopicTrimCommand(CommandEnvironment environment)
        : base("trim", "Delete a topic's oldest records", environment)
    {
        _name = TopicNames.One(environment, "Its name");
        Add(_name);
        Add(_partitions);
        Add(_offset);
        Add(_time);
        Add(_all);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        TopicDescription topic = await context.Admin.TopicOrFailAsync(parsed.GetRequiredValue(_name), cancelled);
        TopicPartition[] partitions = [.. PartitionChoice.Of(topic, parsed.GetValue(_partitions) ?? [])];
        PartitionRange[] ranges = await PartitionRange.OfAsync(context.Admin, partitions, cancelled);
        PartitionRange.RequireKnown(ranges);
        Dictionary<TopicPartition, Offset> before = await BeforeAsync(context, parsed, ranges, cancelled);
        long records = ranges.Sum(range => before[range.Partition].Value - range.Start!.Value);
        context.Confirm($"delete {records} records of topic {topic.Name}");
        AdminResults<TopicPartition, Offset>? results = context.IsDryRun ? null : await context.Admin.Partitions.DeleteRecordsAsync(before, cancelled);
        context.Results.Write(new Listing<PartitionRange>(
            ranges,
            new("partition", range => range.Partition.Partition),
            new("start-before", range => range.Start),
            new("start-after", range => StartAfter(range, before, results)),
            new("end", range => range.End),
            new("status", range => StatusOf(results, range.Partition)) { Tone = range => Outcomes.ToneOf(StatusOf(results, range.Partition)) },
            new("message", range => results?.Failures.GetValueOrDefault(range.Partition)?.Message) { Wraps = true }));
        if (results is null || results.Failures.Count == 0) return ExitCodes.Done;
        foreach ((TopicPartition partition, KafkaException failure) in results.Failures)
            context.Results.Tell(new FailureText($"{partition}: {failure.Message}", NextOf(failure, topic.Name)));
        return ExitCodes.Failed;
    }

    private static string? NextOf(KafkaException failure, string topic) => failure.ErrorCode == ErrorCode.PolicyViolation
        ? $"Records of a topic that is only compacted are not deleted: ./logbroker topic alter {topic} -s cleanup.policy=compact,delete"
        : FailureText.Of(failure)?.Next;

    private static string StatusOf(AdminResults<TopicPartition, Offset>? results, TopicPartition partition) =>
        results is null ? "would be trimmed" : results.Failures.ContainsKey(partition) ? Outcomes.Failed : "trimmed";

    private static long? StartAfter(PartitionRange range, Dictionary<TopicPartition, Offset> before, AdminResults<TopicPartition, Offset>? results)
    {
        if (results is null) return before[range.Partition].Value;
        return results.TryGetValue(range.Partition, out Offset start) ? start.Value : range.Start;
    }

    /// <summary>Where each partition is to begin: never outside of it, for offsets below zero mean other things to brokers.</summary>
    private async Task<Dictionary<TopicPartition, Offset>> BeforeAsync(
        CommandContext context, ParseResult parsed, PartitionRange[] ranges, CancellationToken cancelled)
    {
        long? offset = parsed.GetValue(_offset);
        string? time = parsed.GetValue(_time);
        if (new[] { offset is not null, time is not null, parsed.GetValue(_all) }.Count(said => said) != 1)
            throw new CommandException("Say what is to go: --before-offset, --before-time or --all.", null, ExitCodes.WrongUsage);
        if (offset < 0) throw new CommandException($"--before-offset {offset} is no offset: those begin at 0.", null, ExitCodes.WrongUsage);
        if (time is null) return ranges.ToDictionary(range => range.Partition, range => new Offset(Math.Clamp(offset ?? range.End!.Value, range.Start!.Value, range.End!.Value)));
        OffsetSpec at = OffsetSpec.At(PointInTime.ParsePast(time, context.Environment.Time, "--all"));
        var found = await context.Admin.Partitions.ListOffsetsAsync(ranges.ToDictionary(range => range.Partition, _ => at), cancellationToken: cancelled);
        return ranges.ToDictionary(
            range => range.Partition,
            range => found[range.Partition].Offset is { Value: >= 0 } first ? new Offset(Math.Max(first.Value, range.Start!.Value)) : new Offset(range.End!.Value));
    }
}
