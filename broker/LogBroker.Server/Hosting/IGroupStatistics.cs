using LogBroker.Protocol;

namespace LogBroker.Server.Hosting;

/// <summary>What <see cref="GroupMetrics"/> asks whoever coordinates groups.</summary>
/// <remarks>Asked from any thread, at each scrape.</remarks>
internal interface IGroupStatistics
{
    /// <summary>Brings the answers up to date, unless that takes too long or was done a moment ago.</summary>
    Task RefreshAsync();

    /// <summary>How many groups are in each state, by the protocol they use; a state without groups may be left out.</summary>
    IEnumerable<GroupCount> CountGroups();

    /// <summary>Every offset that is committed.</summary>
    IEnumerable<GroupOffset> CommittedOffsets();
}

/// <param name="Protocol"><c>classic</c> or <c>consumer</c>.</param>
/// <param name="State">As ListGroups names it.</param>
/// <param name="Count">How many groups.</param>
internal readonly record struct GroupCount(string Protocol, string State, int Count);

/// <param name="Group">The group's id.</param>
/// <param name="Partition">What it consumes.</param>
/// <param name="Committed">The next offset it would read.</param>
internal readonly record struct GroupOffset(string Group, TopicPartition Partition, Offset Committed);
