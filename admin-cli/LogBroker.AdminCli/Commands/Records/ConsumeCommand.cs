using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Commands.Completion;
using LogBroker.AdminCli.Commands.Topics;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;
using LogBroker.AdminCli.Records;
using LogBroker.Client;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Commands.Records;

/// <summary>Reads records: from one place to another, from now on, or as a member of a group.</summary>
internal sealed class ConsumeCommand : VerbCommand
{
    private readonly Argument<string[]> _topics;
    private readonly Option<int[]> _partitions = PartitionNumbers.Some();
    private readonly Option<string?> _from = new("--from") { Description = "Where to start: start, end, an offset, +N, -N before the end (each partition has its own), @TIME, @2h ago", HelpName = "place" };
    private readonly Option<string?> _to = new("--to") { Description = "Where to end, said in the same ways; what is there now when not said", HelpName = "place" };
    private readonly Option<long?> _count = new("--count", "-n") { Description = "So many records, then end", Validators = { Counts.Validate } };
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with what is written from now on" };
    private readonly Option<string?> _group = new("--group", "-g") { Description = "Read as a member of this group: from where it is, committing, until -n or Ctrl-C", HelpName = "group" };
    private readonly Option<string?> _grep = new("--grep", "-G") { Description = "Only records whose key, value or headers match", HelpName = "pattern" };
    private readonly Option<string?> _format = new("--format")
    {
        Description = "What is written of a record, where that is no table: %k key, %v value, %h headers, %t topic, %p partition, %o offset, %d time, %T in ms, %K %S sizes, %v{hex}, \\t \\n; a line each unless it ends in \\n; %v when not said",
        HelpName = "text",
    };

    private readonly Option<Decoding> _decode = new Option<Decoding>("--decode") { Description = "How keys and values are shown: auto, utf8, json, hex, base64" }
        .CompletedAs<Decoding, Decoding>();

    public ConsumeCommand(CommandEnvironment environment)
        : base("consume", "Read records: all there are, a range, from now on, or as a member of a group", environment)
    {
        _topics = TopicNames.Several(environment, "Where from");
        Add(_topics);
        _group.CompletionSources.Add(new LiveNames(environment).Groups);
        foreach (Option option in new Option[] { _partitions, _from, _to, _count, _follow, _group, _grep, _format, _decode }) Add(option);
        this.RefuseBeside(_group, "for a group decides itself what its members read, and they go on until -n or Ctrl-C", _to, _partitions, _follow);
        this.RefuseWhen(
            result => result.GetValue(GlobalOptions.Output) is { } output and not OutputFormat.Plain
                ? $"with --output {output.ToString().ToLowerInvariant()}, which says itself what is shown of a record"
                : null,
            _format);
    }

    public override VerbEffect Effect => VerbEffect.Adds;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        Decoding decoding = parsed.GetValue(_decode);
        string? text = parsed.GetValue(_format);
        OutputFormat format = context.Results.Format == OutputFormat.Table && text is not null ? OutputFormat.Plain : context.Results.Format;
        var writer = new RecordWriter(
            context.Environment.Output,
            format,
            new RecordFormat(text ?? "%v", decoding),
            new RecordTable(context.Environment, parsed.GetRequiredValue(_topics), decoding),
            decoding);
        var filter = new RecordFilter(parsed.GetValue(_grep));
        long left = parsed.GetValue(_count) ?? long.MaxValue;
        bool Take(ConsumedRecord<byte[], byte[]> record)
        {
            if (!filter.LetsThrough(record)) return true;
            writer.Write(record);
            return --left > 0;
        }

        try
        {
            if (left <= 0) return ExitCodes.Done;
            context.TellOfLostBrokers();
            if (parsed.GetValue(_group) is { } group) await ReadGroupAsync(context, parsed, group, Take, cancelled);
            else await ReadRangeAsync(context, parsed, Take, cancelled);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // Ctrl-C is how reading on and on ends.
        }
        finally
        {
            writer.Close();
        }
        return ExitCodes.Done;
    }

    private async Task ReadRangeAsync(CommandContext context, ParseResult parsed, Func<ConsumedRecord<byte[], byte[]>, bool> take, CancellationToken cancelled)
    {
        bool follows = parsed.GetValue(_follow);
        TimeProvider time = context.Environment.Time;
        RecordPosition from = RecordPosition.Parse(parsed.GetValue(_from) ?? (follows ? "end" : "start"), time);
        RecordPosition? to = parsed.GetValue(_to) is { } end ? RecordPosition.Parse(end, time) : null;
        ConsumerOptions options = ClientSettings.Apply(new ConsumerOptions { AutoCommit = false, OffsetReset = OffsetReset.Earliest }, context.Connection.Settings);
        PartitionRange[] ranges = await PartitionRange.OfAsync(context.Admin, await PartitionsAsync(context, parsed, cancelled), options.IsolationLevel, cancelled);
        if (!follows) PartitionRange.RequireKnown(ranges);
        Dictionary<TopicPartition, long> starts = await from.FindAsync(context.Admin, ranges, cancelled);
        Dictionary<TopicPartition, long>? ends = to is null ? null : await to.FindAsync(context.Admin, ranges, cancelled);
        Dictionary<TopicPartition, (long From, long? To)> bounds = ranges.ToDictionary(
            range => range.Partition, range => (starts[range.Partition], ends?[range.Partition] ?? (follows ? null : range.End)));
        if (bounds.Values.All(bound => bound.To <= bound.From)) context.Note(NothingIn(ranges));
        await using Consumer<byte[], byte[]> consumer = context.Client.CreateConsumer<byte[], byte[]>(null, options);
        var reading = new PartitionReading<byte[], byte[]>(consumer, bounds, context.Connection.Timeout);
        await reading.RunAsync(take, cancelled);
    }

    /// <summary>Nothing lies between the places: nobody is to wonder whether anything was read at all.</summary>
    private static string NothingIn(PartitionRange[] ranges) => ranges.All(range => range.Records == 0)
        ? "note: there is nothing to read."
        : $"note: there is nothing to read there: {string.Join(", ", ranges.Where(range => range.Records > 0).Take(3).Select(range => $"{range.Partition} has {range.Start} to {range.End - 1}"))}.";

    private async Task ReadGroupAsync(
        CommandContext context, ParseResult parsed, string group, Func<ConsumedRecord<byte[], byte[]>, bool> take, CancellationToken cancelled)
    {
        OffsetReset reset = parsed.GetValue(_from) switch
        {
            null or "start" => OffsetReset.Earliest,
            "end" => OffsetReset.Latest,
            _ => throw new CommandException("With --group, --from is start or end, and counts where the group has committed nothing.", null, ExitCodes.WrongUsage),
        };
        if (context.IsDryRun) throw NoDryRun(parsed);
        ConsumerOptions options = ClientSettings.Apply(new ConsumerOptions { OffsetReset = reset }, context.Connection.Settings);
        if (parsed.GetValue(_from) is not null) options = options with { OffsetReset = reset };
        string[] topics = parsed.GetRequiredValue(_topics);
        foreach (string topic in topics) await context.Admin.TopicOrFailAsync(topic, cancelled);
        try
        {
            await new GroupReading(context.Client, group, options, context.Environment.Time, context.Note).RunAsync(topics, take, cancelled);
        }
        catch (KafkaException e) when (e.ErrorCode is ErrorCode.InconsistentGroupProtocol or ErrorCode.GroupIdNotFound)
        {
            IReadOnlyList<GroupListing> known = await context.Admin.Groups.ListAsync([], [GroupType.Share, GroupType.Streams], cancelled);
            if (known.Any(other => other.GroupId == group)) throw Unknown.Group(group, known);
            throw;
        }
    }

    private async Task<IReadOnlyList<TopicPartition>> PartitionsAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        int[] only = parsed.GetValue(_partitions) ?? [];
        var partitions = new List<TopicPartition>();
        foreach (string name in parsed.GetRequiredValue(_topics).Distinct(StringComparer.Ordinal))
            partitions.AddRange(PartitionChoice.Of(await context.Admin.TopicOrFailAsync(name, cancelled), only));
        return partitions;
    }
}
