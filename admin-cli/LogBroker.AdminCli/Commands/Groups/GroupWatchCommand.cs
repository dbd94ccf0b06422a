using System.CommandLine;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>Tells again and again how far a group is behind, and how fast it reads.</summary>
internal sealed class GroupWatchCommand : VerbCommand
{
    private readonly Argument<string> _name;
    private readonly Option<double> _interval = Seconds.Between(2);
    private readonly Option<int?> _count = new("--count", "-n") { Description = "So many looks, then end", Validators = { Counts.Validate } };

    public GroupWatchCommand(CommandEnvironment environment)
        : base("watch", "Tell again and again how far a group is behind", environment)
    {
        _name = GroupNames.One(environment, "Its id");
        Add(_name);
        Add(_interval);
        Add(_count);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        TimeSpan interval = TimeSpan.FromSeconds(parsed.GetValue(_interval));
        TimeProvider time = context.Environment.Time;
        GroupLag? before = null;
        DateTimeOffset beforeAt = default;
        for (int look = 0; look < (parsed.GetValue(_count) ?? int.MaxValue); look++)
        {
            GroupLag lag;
            try
            {
                if (look > 0) await Task.Delay(interval, time, cancelled);
                lag = await GroupLag.OfAsync(context.Client, parsed.GetRequiredValue(_name), time, context.Environment.DetailPatience, cancelled);
            }
            catch (KafkaException e) when (look > 0)
            {
                // Who watches goes on watching while a broker restarts.
                context.Note(e.Message);
                continue;
            }
            catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
            {
                // Ctrl-C is how watching ends.
                break;
            }
            DateTimeOffset at = time.GetUtcNow();
            context.Results.Redraw(Document(lag, at, before is null ? null : Rate(before, lag, at - beforeAt)));
            (before, beforeAt) = (lag, at);
        }
        return ExitCodes.Done;
    }

    private static Details Document(GroupLag lag, DateTimeOffset at, double? rate) => new Details()
        .Add("time", TimeText.Of(at.ToUnixTimeMilliseconds()))
        .Add("group", lag.Group.GroupId)
        .Add("state", lag.Group.State.ToString(), tone: GroupLagListing.ToneOf(lag.Group.State))
        .Add("members", lag.Group.Members.Length)
        .Add("lag", lag.Records, tone: GroupLagListing.ToneOf(lag.Records))
        .Add("lag-seconds", TimeText.Seconds(lag.Age), TimeText.Of(lag.Age), GroupLagListing.ToneOf(lag.Records))
        .Add("partitions-without-commit", lag.WithoutCommit)
        .Add("committed-per-second", rate is { } known ? JsonValue.Create(Math.Round(known, 1)) : null)
        .Add("partition-list", GroupLagListing.Of(lag));

    private static double Rate(GroupLag before, GroupLag after, TimeSpan between)
    {
        Dictionary<Protocol.TopicPartition, long> committed = before.Partitions
            .Where(partition => partition.Committed is not null)
            .ToDictionary(partition => partition.Partition, partition => partition.Committed!.Value);
        long moved = after.Partitions.Sum(partition =>
            partition.Committed is { } now && committed.TryGetValue(partition.Partition, out long then) ? now - then : 0);
        return between > TimeSpan.Zero ? moved / between.TotalSeconds : 0;
    }
}
