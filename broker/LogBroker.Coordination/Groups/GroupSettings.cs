using LogBroker.Metadata.Configs;

namespace LogBroker.Coordination.Groups;

/// <summary>The broker's settings for groups, as of one moment.</summary>
public sealed record GroupSettings
{
    /// <summary><c>group.min.session.timeout.ms</c>.</summary>
    public TimeSpan SessionTimeoutMin { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary><c>group.max.session.timeout.ms</c>.</summary>
    public TimeSpan SessionTimeoutMax { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary><c>group.initial.rebalance.delay.ms</c>: how long an empty group waits for more members.</summary>
    public TimeSpan InitialRebalanceDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>group.max.size</c>, of classic groups.</summary>
    public int GroupSizeMax { get; init; } = int.MaxValue;

    /// <summary><c>offset.metadata.max.bytes</c>; Kafka counts UTF-16 units.</summary>
    public int OffsetMetadataMax { get; init; } = 4096;

    /// <summary><c>offsets.retention.minutes</c>: how long an empty group's offsets stay.</summary>
    public TimeSpan OffsetsRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary><c>offsets.retention.check.interval.ms</c>.</summary>
    public TimeSpan OffsetsRetentionCheckInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether <c>group.coordinator.rebalance.protocols</c> names the protocol of KIP-848.</summary>
    public bool ServesConsumerProtocol { get; init; } = true;

    /// <summary>The settings in force.</summary>
    public static GroupSettings Read(BrokerConfigLayers broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return new GroupSettings
        {
            SessionTimeoutMin = Time("group.min.session.timeout.ms"),
            SessionTimeoutMax = Time("group.max.session.timeout.ms"),
            InitialRebalanceDelay = Time("group.initial.rebalance.delay.ms"),
            GroupSizeMax = broker.Int32("group.max.size"),
            OffsetMetadataMax = broker.Int32("offset.metadata.max.bytes"),
            OffsetsRetention = TimeSpan.FromMinutes(broker.Int32("offsets.retention.minutes")),
            OffsetsRetentionCheckInterval = Time("offsets.retention.check.interval.ms"),
            ServesConsumerProtocol = broker.Value("group.coordinator.rebalance.protocols")!
                .Split(',', StringSplitOptions.TrimEntries).Contains("consumer"),
        };

        // Longer than any group lives is forever; TimeSpan ends before a long does.
        TimeSpan Time(string name) =>
            TimeSpan.FromMilliseconds(Math.Min(broker.Int64(name), (long)TimeSpan.FromDays(100_000).TotalMilliseconds));
    }
}
