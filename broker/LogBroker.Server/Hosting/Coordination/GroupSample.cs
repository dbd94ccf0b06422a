using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Hosting.Coordination;

/// <summary>Groups and their committed offsets, for metrics, as they were when they were last asked for.</summary>
/// <remarks>Thread safe. The coordinator answers in turn with its clients' requests and may have very many offsets: it is asked
/// once at a time, for at most a tenth of the time, and whoever wants to know waits for it only so long. While a part of it
/// cannot answer (it loads, or its disk fails), the last sample stays.</remarks>
internal sealed class GroupSample(GroupCoordinator coordinator, TimeProvider time) : IGroupStatistics
{
    /// <summary>Scrapers give up after ten seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int RestFactor = 9;

    private readonly Lock _lock = new();
    private Sample _sample = new([], []);
    private Task _refreshing = Task.CompletedTask;
    private long _refreshed;
    private TimeSpan _rest = TimeSpan.Zero;

    public IEnumerable<GroupCount> CountGroups() => Volatile.Read(ref _sample).Counts;

    public IEnumerable<GroupOffset> CommittedOffsets() => Volatile.Read(ref _sample).Offsets;

    /// <inheritdoc/>
    public async Task RefreshAsync()
    {
        Task refreshing;
        lock (_lock)
        {
            if (_refreshing.IsCompleted && time.GetElapsedTime(_refreshed) >= _rest) _refreshing = AskAsync();
            refreshing = _refreshing;
        }

        try
        {
            await refreshing.WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The last sample is told.
        }
    }

    private async Task AskAsync()
    {
        long begun = time.GetTimestamp();
        ListGroupsResponse listed = await coordinator.ListAsync([], []).ConfigureAwait(false);
        if (listed.ErrorCode == ErrorCode.None)
        {
            var counts = listed.Groups
                .CountBy(group => (Protocol: group.GroupType.ToLowerInvariant(), group.GroupState))
                .Select(count => new GroupCount(count.Key.Protocol, count.Key.GroupState, count.Value));
            var offsets = ImmutableArray.CreateBuilder<GroupOffset>();
            foreach (ListGroupsResponse.ListedGroup group in listed.Groups) await AddOffsetsAsync(group.GroupId, offsets).ConfigureAwait(false);
            Volatile.Write(ref _sample, new Sample([.. counts], offsets.ToImmutable()));
        }

        lock (_lock)
        {
            _refreshed = time.GetTimestamp();
            _rest = time.GetElapsedTime(begun, _refreshed) * RestFactor;
        }
    }

    private async Task AddOffsetsAsync(string group, ImmutableArray<GroupOffset>.Builder offsets)
    {
        OffsetFetchResponse.OffsetFetchResponseGroup fetched =
            await coordinator.FetchOffsetsAsync(new() { GroupId = group, Topics = null }).ConfigureAwait(false);
        foreach (OffsetFetchResponse.OffsetFetchResponseTopics topic in fetched.Topics)
        {
            foreach (OffsetFetchResponse.OffsetFetchResponsePartitions partition in topic.Partitions)
            {
                if (partition.CommittedOffset < 0) continue;
                offsets.Add(new GroupOffset(
                    group, new TopicPartition(topic.Name, partition.PartitionIndex), new Offset(partition.CommittedOffset)));
            }
        }
    }

    private sealed record Sample(ImmutableArray<GroupCount> Counts, ImmutableArray<GroupOffset> Offsets);
}
