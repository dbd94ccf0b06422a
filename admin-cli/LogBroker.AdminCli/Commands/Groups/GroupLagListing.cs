using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>A group's partitions and how far it is behind in each.</summary>
internal static class GroupLagListing
{
    public static Listing<PartitionLag> Of(GroupLag lag) => new(
        lag.Partitions,
        new("topic", partition => partition.Partition.Topic),
        new("partition", partition => partition.Partition.Partition),
        new("committed", partition => partition.Committed, partition => partition.Committed is { } offset ? $"{offset}" : "-"),
        new("end-offset", partition => partition.End),
        new("lag", partition => partition.Records),
        new("lag-seconds", partition => TimeText.Seconds(partition.Age), partition => TimeText.Of(partition.Age)),
        new("member", partition => partition.Owner?.MemberId),
        new("client-id", partition => partition.Owner?.ClientId),
        new("host", partition => partition.Owner?.ClientHost))
    {
        WhenEmpty = "It has committed nothing and reads nothing.",
    };

    public static Details Summary(GroupLag lag) => new Details()
        .Add("group", lag.Group.GroupId)
        .Add("state", lag.Group.State.ToString())
        .Add("type", lag.Group.Type.ToString())
        .Add("assignor", lag.Group.Assignor)
        .Add("coordinator", lag.Group.CoordinatorId)
        .Add("members", lag.Group.Members.Length)
        .Add("lag", lag.Records, lag.Records is { } records ? $"{records}" : "-")
        .Add("lag-seconds", TimeText.Seconds(lag.Age), TimeText.Of(lag.Age))
        .Add("partition-list", Of(lag));

    public static Listing<GroupMemberDescription> Members(GroupDescription group) => new(
        [.. group.Members.OrderBy(member => member.ClientId, StringComparer.Ordinal).ThenBy(member => member.MemberId, StringComparer.Ordinal)],
        new("member", member => member.MemberId),
        new("instance-id", member => member.GroupInstanceId),
        new("client-id", member => member.ClientId),
        new("host", member => member.ClientHost),
        new("epoch", member => member.MemberEpoch),
        new("partitions", member => new System.Text.Json.Nodes.JsonArray(
            [.. member.Assignment.Select(partition => (System.Text.Json.Nodes.JsonNode)partition.ToString())])))
    {
        WhenEmpty = "It has no members.",
    };
}
