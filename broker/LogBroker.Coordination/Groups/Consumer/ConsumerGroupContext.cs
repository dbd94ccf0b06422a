using LogBroker.Coordination.Groups.Topics;
using LogBroker.Coordination.Runtime;

namespace LogBroker.Coordination.Groups.Consumer;

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

    /// <summary>The wall clock in milliseconds since the Unix epoch, for what is kept in records.</summary>
    public required Func<long> Timestamp { get; init; }

    /// <summary>Told when a group gets another epoch.</summary>
    public Action RebalanceBegan { get; init; } = () => { };
}
