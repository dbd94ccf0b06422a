using System.Text;
using LogBroker.Coordination.Groups.Consumer;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

/// <summary>All of a group's state as text, so that two can be compared and told apart by reading.</summary>
internal static class StateText
{
    public static string Of(ConsumerGroupState state)
    {
        var text = new StringBuilder();
        text.AppendLine($"epoch {state.Epoch} hash {state.MetadataHash} assigned {state.AssignmentEpoch} at {state.AssignmentTimestamp}");
        foreach (var (id, member) in state.Members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            var (subscription, assignment) = (member.Subscription, member.Assignment);
            text.AppendLine($"member {id} {subscription.InstanceId} {subscription.RackId} {subscription.ClientId}");
            text.AppendLine($"  {string.Join(',', subscription.TopicNames)} /{subscription.TopicRegex}/ {subscription.ServerAssignor}");
            text.AppendLine($"  {subscription.RebalanceTimeout} {subscription.Classic}");
            text.AppendLine($"  {assignment.Epoch} after {assignment.PreviousEpoch} {assignment.State}");
            text.AppendLine($"  has {Of(assignment.Assigned)} gives up {Of(assignment.PendingRevocation)}");
        }

        foreach (var (id, target) in state.Targets.OrderBy(target => target.Key, StringComparer.Ordinal))
            text.AppendLine($"target {id} {target}");
        foreach (var (instance, id) in state.StaticMembers.OrderBy(one => one.Key, StringComparer.Ordinal))
            text.AppendLine($"static {instance} {id}");
        foreach (var (partition, id) in state.Owners.OrderBy(one => one.Key.TopicId).ThenBy(one => one.Key.Partition))
            text.AppendLine($"owner {partition} {id}");
        foreach (var (regex, resolved) in state.Regexes.OrderBy(one => one.Key, StringComparer.Ordinal))
            text.AppendLine($"regex {regex} {string.Join(',', resolved.Topics)} {resolved.Version} {resolved.Timestamp}");
        return text.ToString();
    }

    private static string Of(OwnedPartitions owned) => string.Join(' ', owned.Partitions
        .OrderBy(one => one.TopicId).ThenBy(one => one.Partition)
        .Select(one => $"{one.TopicId.ToString()[..8]}-{one.Partition}@{owned.EpochOf(one)}"));
}
