using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Groups.Topics;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Makes a classic group.</summary>
/// <param name="groupId">Its id.</param>
/// <param name="group">Its record, which is written too.</param>
/// <param name="protocols">All that its members offer, by member id.</param>
/// <param name="rebalances">Whether its members are to join anew.</param>
/// <param name="draft">The decision that this is part of.</param>
internal delegate void BecomingClassic(
    string groupId,
    GroupMetadataValue group,
    IReadOnlyDictionary<string, ImmutableArray<ClassicProtocol>> protocols,
    bool rebalances,
    DecisionDraft draft);

/// <summary>What the consumer groups of one shard may know of the outside.</summary>
internal sealed record ConsumerGroupContext
{
    /// <summary>The shard's.</summary>
    public required Deadlines Deadlines { get; init; }

    /// <summary>By group id, the settings in force now.</summary>
    public required Func<string, ConsumerGroupSettings> SettingsOf { get; init; }

    /// <summary>The topics there are now.</summary>
    public required Func<ITopicView> Topics { get; init; }

    /// <summary>A member id that was never given out.</summary>
    public required Func<string> NewMemberId { get; init; }

    /// <summary>Puts a classic group in the place of a consumer group.</summary>
    public required BecomingClassic BecomeClassic { get; init; }

    /// <summary>The wall clock in milliseconds since the Unix epoch, for what is kept in records.</summary>
    public required Func<long> Timestamp { get; init; }

    /// <summary>Told when a group gets another epoch.</summary>
    public Action RebalanceBegan { get; init; } = () => { };
}
