using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Metadata.Configs;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>The settings of one consumer group: the broker's, or its own where it has any (KIP-848).</summary>
public sealed record ConsumerGroupSettings
{
    public static readonly ConsumerGroupSettings Default = new();

    /// <summary><c>consumer.session.timeout.ms</c>: how long a member may be silent.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary><c>consumer.heartbeat.interval.ms</c>: how often members are told to speak.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>consumer.assignment.interval.ms</c>: the least time between two computations of the targets, so that members
    /// that come together are served together.</summary>
    public TimeSpan AssignmentInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>group.consumer.max.size</c>.</summary>
    public int SizeMax { get; init; } = int.MaxValue;

    /// <summary><c>group.max.size</c>: how large a group may be that becomes a classic one.</summary>
    public int ClassicSizeMax { get; init; } = int.MaxValue;

    /// <summary><c>group.consumer.assignors</c>, the default first.</summary>
    public ImmutableArray<string> Assignors { get; init; } = ["uniform", "range"];

    /// <summary><c>group.consumer.migration.policy</c>.</summary>
    public MigrationPolicy MigrationPolicy { get; init; } = MigrationPolicy.Bidirectional;

    /// <summary>The settings in force.</summary>
    /// <param name="broker">The broker's.</param>
    /// <param name="group">What is set for the group itself, by name.</param>
    public static ConsumerGroupSettings Read(BrokerConfigLayers broker, ImmutableDictionary<string, string> group)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(group);
        return new ConsumerGroupSettings
        {
            SessionTimeout = Time("session.timeout.ms"),
            HeartbeatInterval = Time("heartbeat.interval.ms"),
            AssignmentInterval = Time("assignment.interval.ms"),
            ClassicSizeMax = broker.Int32("group.max.size"),
            SizeMax = broker.Int32("group.consumer.max.size"),
            Assignors = Known(broker.Value("group.consumer.assignors")!) is { IsEmpty: false } known ? known : Default.Assignors,
            MigrationPolicy = Enum.Parse<MigrationPolicy>(broker.Value("group.consumer.migration.policy")!, ignoreCase: true),
        };

        // A group's own value that the broker's limits no longer allow counts as the nearest that they do.
        TimeSpan Time(string name) => TimeSpan.FromMilliseconds(
            group.TryGetValue($"consumer.{name}", out var own) &&
            int.TryParse(own, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? Math.Clamp(value, broker.Int32($"group.consumer.min.{name}"), broker.Int32($"group.consumer.max.{name}"))
                : broker.Int32($"group.consumer.{name}"));
    }

    private static ImmutableArray<string> Known(string assignors) =>
    [
        .. assignors.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(name => PartitionAssignors.Find(name) is not null),
    ];
}

/// <summary>Which way groups may go between the classic protocol and that of KIP-848 while they have members.</summary>
public enum MigrationPolicy
{
    Disabled,

    /// <summary>To the classic protocol, when the last member that speaks the other one is gone.</summary>
    Downgrade,

    /// <summary>From the classic protocol, when the first member comes that speaks the other one.</summary>
    Upgrade,
    Bidirectional,
}
