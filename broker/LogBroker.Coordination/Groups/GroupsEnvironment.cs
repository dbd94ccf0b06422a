using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Groups.Topics;

namespace LogBroker.Coordination.Groups;

/// <summary>What the state machines of groups may know of the outside.</summary>
public sealed record GroupsEnvironment
{
    /// <summary>The settings in force now.</summary>
    public required Func<GroupSettings> Settings { get; init; }

    /// <summary>By group id, the settings of consumer groups in force now.</summary>
    public Func<string, ConsumerGroupSettings> ConsumerSettings { get; init; } = _ => ConsumerGroupSettings.Default;

    /// <summary>The topics there are now.</summary>
    public required Func<ITopicView> Topics { get; init; }

    /// <summary>A random UUID in text form with dashes, for member ids.</summary>
    public required Func<string> NewUuid { get; init; }

    /// <summary>The wall clock, for the timestamps in records alone; deadlines go by the moment a command is given.</summary>
    public required TimeProvider WallClock { get; init; }

    /// <summary>Told when a group begins to share out its partitions anew; not told twice for what a restart replays.</summary>
    public Action<GroupType> RebalanceBegan { get; init; } = _ => { };

    /// <summary>The wall clock's time in milliseconds since the Unix epoch.</summary>
    public long Timestamp => WallClock.GetUtcNow().ToUnixTimeMilliseconds();
}
