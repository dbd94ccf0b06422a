using System.CommandLine;
using System.Globalization;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>Has a group go on somewhere else; shows what that means first.</summary>
internal sealed class GroupResetOffsetsCommand : VerbCommand
{
    private readonly Argument<string> _name;
    private readonly Option<string[]> _topics;
    private readonly Option<bool> _allTopics = new("--all-topics") { Description = "Every topic the group has committed offsets of" };
    private readonly Option<bool> _export = new("--export") { Description = "Write where it would go on in the form --from-file reads, and change nothing" };
    private readonly OffsetTargetOptions _target = new();

    public GroupResetOffsetsCommand(CommandEnvironment environment)
        : base("reset-offsets", "Have a group go on somewhere else: shows what that means, and does it when told --yes or answered yes", environment)
    {
        _name = GroupNames.One(environment, "Its id");
        _topics = new Option<string[]>("--topic", "-t")
        {
            Description = "A topic, or some of its partitions, as in orders:0,2",
            HelpName = "topic[:partitions]",
            DefaultValueFactory = _ => [],
            CompletionSources = { new LiveNames(environment).Topics },
        };
        Add(_name);
        Add(_topics);
        Add(_allTopics);
        Add(_export);
        foreach (Option option in _target.All) Add(option);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string name = parsed.GetRequiredValue(_name);
        OffsetTarget target = _target.Read(parsed, context.Environment.Time);
        FoundGroup? found = await FindAsync(context, name, cancelled);
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed = found?.Committed ?? new Dictionary<TopicPartition, OffsetAndMetadata>();
        IReadOnlyList<TopicPartition> partitions = await PartitionsAsync(context, parsed, target, committed, cancelled);
        IReadOnlyList<OffsetMove> moves = await target.PlanAsync(context.Admin, partitions, committed, cancelled);
        if (moves.Count == 0)
            throw new CommandException($"There is nothing to reset: group {name} has committed no offsets.", $"./logbroker group reset-offsets {name} --topic TOPIC ...");
        if (parsed.GetValue(_export))
        {
            OffsetFile.Write(moves, context.Environment.Output);
            return ExitCodes.Done;
        }
        context.Results.Write(new Listing<OffsetMove>(
            moves,
            new("topic", move => move.Partition.Topic),
            new("partition", move => move.Partition.Partition),
            new("before", move => move.Before, move => move.Before is { } before ? $"{before}" : "-"),
            new("after", move => move.After),
            new("change", move => move.After - move.Before, move => Signed(move.After - move.Before)) { Tone = move => move.After > move.Before ? Tone.Warning : Tone.Plain },
            new("note", move => move.After == move.Wanted ? null : $"{move.Wanted} is not in the partition") { Wraps = true, Tone = _ => Tone.Warning }));
        if (context.IsDryRun) return ExitCodes.Done;
        if (!context.AssumesYes && !context.Environment.IsInteractive)
        {
            context.Note("Nothing is changed: add --yes to do it, --dry-run to see it only.");
            return ExitCodes.WrongUsage;
        }
        if (!context.AssumesYes) context.Ask($"Have group {name} go on there?");
        await AlterAsync(context.Admin, name, found, moves, cancelled);
        context.Note($"Group {name} goes on there.");
        return ExitCodes.Done;
    }

    /// <summary>The group, if it can be reset; null when there is none yet, which is made by what it commits.</summary>
    private static async Task<FoundGroup?> FindAsync(CommandContext context, string name, CancellationToken cancelled)
    {
        FoundGroup? found = await FoundGroup.TryFindAsync(context.Admin, name, cancelled);
        if (found is null)
        {
            context.Note($"note: there is no group {name} yet; it would be made.");
            return null;
        }
        if (found.Group.Type == GroupType.Streams)
        {
            throw new CommandException(
                $"Group {name} is a streams group: its offsets belong to the state it keeps, which would not go with them.",
                "kafka-streams-groups.sh --reset-offsets, which resets both");
        }
        return found.Group.Members.Length == 0 ? found : throw new CommandException(
            $"Group {name} has {CountText.Of(found.Group.Members.Length, "member")}, which would commit over it: stop them first.", $"./logbroker group members {name}");
    }

    private static Task AlterAsync(AdminClient admin, string name, FoundGroup? found, IReadOnlyList<OffsetMove> moves, CancellationToken cancelled) => found is { IsShared: true }
        ? admin.ShareGroups.AlterOffsetsAsync(name, moves.ToDictionary(move => move.Partition, move => new Offset(move.After)), cancelled)
        : admin.GroupOffsets.AlterAsync(name, moves.ToDictionary(move => move.Partition, move => new OffsetAndMetadata(new Offset(move.After))), cancelled);

    private async Task<IReadOnlyList<TopicPartition>> PartitionsAsync(
        CommandContext context,
        ParseResult parsed,
        OffsetTarget target,
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed,
        CancellationToken cancelled)
    {
        string[] topics = parsed.GetValue(_topics) ?? [];
        if (target.Offsets is { } listed)
        {
            if (topics.Length > 0 || parsed.GetValue(_allTopics))
                throw new CommandException("The file of --from-file says of which partitions: --topic and --all-topics do not go with it.", null, ExitCodes.WrongUsage);
            foreach (IGrouping<string, TopicPartition> topic in listed.Keys.GroupBy(partition => partition.Topic))
                PartitionChoice.Of(await context.Admin.TopicOrFailAsync(topic.Key, cancelled), [.. topic.Select(partition => partition.Partition)]);
            return [.. listed.Keys];
        }
        if (parsed.GetValue(_allTopics) == topics.Length > 0)
            throw new CommandException("Say of which topics: --topic, or --all-topics.", null, ExitCodes.WrongUsage);
        if (topics.Length == 0)
        {
            HashSet<string> gone = [.. await GoneAsync(context.Admin, committed.Keys, cancelled)];
            foreach (string topic in gone) context.Note($"note: topic {topic} is not there any more, and is left out.");
            return [.. committed.Keys.Where(partition => !gone.Contains(partition.Topic)).OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)];
        }
        var partitions = new List<TopicPartition>();
        foreach (string named in topics) partitions.AddRange(await NamedAsync(context.Admin, named, cancelled));
        return [.. partitions.Distinct()];
    }

    /// <summary>The topics of partitions that are not there.</summary>
    private static async Task<IEnumerable<string>> GoneAsync(AdminClient admin, IEnumerable<TopicPartition> partitions, CancellationToken cancelled)
    {
        AdminResults<string, TopicDescription> topics = await admin.Topics.DescribeAsync(
            [.. partitions.Select(partition => partition.Topic).Distinct(StringComparer.Ordinal)], cancellationToken: cancelled);
        return topics.Failures.Where(failure => Unknown.IsUnknownTopic(failure.Value.ErrorCode)).Select(failure => failure.Key);
    }

    private static async Task<IEnumerable<TopicPartition>> NamedAsync(AdminClient admin, string named, CancellationToken cancelled)
    {
        int colon = named.LastIndexOf(':');
        TopicDescription topic = await admin.TopicOrFailAsync(colon < 0 ? named : named[..colon], cancelled);
        int[] numbers = colon < 0
            ? []
            :
            [
                .. named[(colon + 1)..].Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    ? number
                    : throw PartitionChoice.None(topic, $"\"{text}\"")),
            ];
        return PartitionChoice.Of(topic, numbers);
    }

    private static string Signed(long? change) => change is { } known ? known.ToString("+0;-0;0", CultureInfo.InvariantCulture) : "";
}
