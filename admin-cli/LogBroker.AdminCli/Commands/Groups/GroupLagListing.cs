using System.Text.Json.Nodes;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>A group's partitions and how far it is behind in each.</summary>
internal static class GroupLagListing
{
    private const string NoMembers = "It has no members.";

    public static Listing<PartitionLag> Of(GroupLag lag) => new(
        lag.Partitions,
        new("topic", partition => partition.Partition.Topic),
        new("partition", partition => partition.Partition.Partition),
        new("committed", partition => partition.Committed, partition => partition.Committed is { } offset ? $"{offset}" : "-"),
        new("end-offset", partition => partition.End),
        new("lag", partition => partition.Records) { Tone = partition => ToneOf(partition.Records) },
        new("lag-seconds", partition => TimeText.Seconds(partition.Age), partition => TimeText.Of(partition.Age)) { Tone = partition => ToneOf(partition.Records) },
        new("member", partition => partition.Owner?.MemberId),
        new("client-id", partition => partition.Owner?.ClientId),
        new("host", partition => partition.Owner?.ClientHost))
    {
        WhenEmpty = "It has committed nothing and reads nothing.",
    };

    /// <summary>A group that reads is well; one that nobody is in, or that is in the middle of something, is worth a look.</summary>
    public static Tone ToneOf(GroupState state) => state switch
    {
        GroupState.Stable => Tone.Good,
        GroupState.Dead => Tone.Bad,
        _ => Tone.Warning,
    };

    /// <summary>Whether anything is left to read.</summary>
    public static Tone ToneOf(long? lag) => lag switch
    {
        null => Tone.Plain,
        0 => Tone.Good,
        _ => Tone.Warning,
    };

    public static Details Summary(GroupLag lag) => new Details()
        .Add("group", lag.Group.GroupId)
        .Add("state", lag.Group.State.ToString(), tone: ToneOf(lag.Group.State))
        .Add("type", lag.Group.Type.ToString())
        .Add("assignor", lag.Group.Assignor)
        .Add("coordinator", lag.Group.CoordinatorId)
        .Add("members", lag.Group.Members.Length)
        .Add("lag", lag.Records, lag.Records is { } records ? $"{records}" : "-", ToneOf(lag.Records))
        .Add("lag-seconds", TimeText.Seconds(lag.Age), TimeText.Of(lag.Age), ToneOf(lag.Records))
        .Add("partitions-without-commit", lag.WithoutCommit)
        .Add("partition-list", Of(lag));

    public static IDocument Members(FoundGroup found) => found.Group.Type == GroupType.Streams
        ? new Listing<StreamsMemberDescription>(
            [.. found.StreamsMembers.OrderBy(member => member.ClientId, StringComparer.Ordinal).ThenBy(member => member.MemberId, StringComparer.Ordinal)],
            new("member", member => member.MemberId),
            new("instance-id", member => member.GroupInstanceId),
            new("client-id", member => member.ClientId),
            new("host", member => member.ClientHost),
            new("epoch", member => member.MemberEpoch),
            new("process", member => member.ProcessId),
            new("active-tasks", member => ToJson(member.Assignment.Active, Name)),
            new("standby-tasks", member => ToJson(member.Assignment.Standby, Name)),
            new("warm-up-tasks", member => ToJson(member.Assignment.Warmup, Name)))
        {
            WhenEmpty = NoMembers,
        }
        : new Listing<GroupMemberDescription>(
            [.. found.Group.Members.OrderBy(member => member.ClientId, StringComparer.Ordinal).ThenBy(member => member.MemberId, StringComparer.Ordinal)],
            new("member", member => member.MemberId),
            new("instance-id", member => member.GroupInstanceId),
            new("client-id", member => member.ClientId),
            new("host", member => member.ClientHost),
            new("epoch", member => member.MemberEpoch),
            new("partitions", member => ToJson(member.Assignment, partition => partition.ToString())))
        {
            WhenEmpty = NoMembers,
        };

    private static JsonArray ToJson<T>(IEnumerable<T> things, Func<T, string> name) => new([.. things.Select(thing => (JsonNode)name(thing))]);

    /// <summary>The part of the topology, and which of its partitions.</summary>
    private static string Name(StreamsTask task) => $"{task.SubtopologyId}_{task.Partition}";
}
