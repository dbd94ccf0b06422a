using System.Collections.Immutable;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>The settings of one consumer group: the broker's, or its own where it has any (KIP-848).</summary>
public sealed record ConsumerGroupSettings
{
    /// <summary><c>consumer.session.timeout.ms</c>: how long a member may be silent.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary><c>consumer.heartbeat.interval.ms</c>: how often members are told to speak.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>consumer.assignment.interval.ms</c>: the least time between two computations of the targets, so that members
    /// that come together are served together.</summary>
    public TimeSpan AssignmentInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>group.consumer.max.size</c>.</summary>
    public int SizeMax { get; init; } = int.MaxValue;

    /// <summary><c>group.consumer.assignors</c>, the default first.</summary>
    public ImmutableArray<string> Assignors { get; init; } = ["uniform", "range"];

    /// <summary><c>group.consumer.migration.policy</c>.</summary>
    public MigrationPolicy MigrationPolicy { get; init; } = MigrationPolicy.Bidirectional;
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
