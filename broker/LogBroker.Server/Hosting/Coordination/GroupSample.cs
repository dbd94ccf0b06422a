using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Hosting.Coordination;

/// <summary>Groups and their committed offsets as they were a moment ago, for metrics.</summary>
/// <remarks>The coordinator answers in turn with its clients' requests, so it is asked now and then and not at each scrape.
/// Refreshed by one task, read by any thread. While a partition of the coordinator loads, the last sample stays.</remarks>
internal sealed class GroupSample(GroupCoordinator coordinator) : IGroupStatistics
{
    private Sample _sample = new([], []);

    public IEnumerable<GroupCount> CountGroups() => Volatile.Read(ref _sample).Counts;

    public IEnumerable<GroupOffset> CommittedOffsets() => Volatile.Read(ref _sample).Offsets;

    /// <summary>Asks the coordinator again.</summary>
    public async Task RefreshAsync()
    {
        ListGroupsResponse listed = await coordinator.ListAsync([], []).ConfigureAwait(false);
        if (listed.ErrorCode != ErrorCode.None) return;
        var counts = listed.Groups
            .CountBy(group => (Protocol: group.GroupType.ToLowerInvariant(), group.GroupState))
            .Select(count => new GroupCount(count.Key.Protocol, count.Key.GroupState, count.Value));
        var offsets = ImmutableArray.CreateBuilder<GroupOffset>();
        foreach (ListGroupsResponse.ListedGroup group in listed.Groups)
        {
            var fetched = await coordinator.FetchOffsetsAsync(new() { GroupId = group.GroupId, Topics = null }).ConfigureAwait(false);
            foreach (var topic in fetched.Topics)
            {
                foreach (var partition in topic.Partitions)
                {
                    if (partition.CommittedOffset < 0) continue;
                    offsets.Add(new GroupOffset(
                        group.GroupId, new TopicPartition(topic.Name, partition.PartitionIndex), new Offset(partition.CommittedOffset)));
                }
            }
        }

        Volatile.Write(ref _sample, new Sample([.. counts], offsets.ToImmutable()));
    }

    private sealed record Sample(ImmutableArray<GroupCount> Counts, ImmutableArray<GroupOffset> Offsets);
}
