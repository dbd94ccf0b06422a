using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>A group of an application that processes streams (KIP-1071), with its members and what they work on.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="State">What it is doing.</param>
/// <param name="CoordinatorId">The broker that coordinates it.</param>
/// <param name="GroupEpoch">The group's generation.</param>
/// <param name="AssignmentEpoch">The generation its target assignment was worked out for.</param>
/// <param name="Members">Its members.</param>
public sealed record StreamsGroupDescription(
    string GroupId,
    GroupState State,
    int CoordinatorId,
    int GroupEpoch,
    int AssignmentEpoch,
    ImmutableArray<StreamsMemberDescription> Members)
{
    /// <summary>The generation of the topology; null before a member told one.</summary>
    public int? TopologyEpoch { get; init; }

    /// <summary>The parts of the topology; tasks are numbered within them. Empty before they are known.</summary>
    public ImmutableArray<StreamsSubtopology> Subtopologies { get; init; } = [];

    /// <summary>What the client's principal may do with it; null when it was not asked for.</summary>
    public IReadOnlySet<AclOperation>? AllowedOperations { get; init; }
}

/// <summary>A part of a topology that is worked on as one: tasks are its partitions.</summary>
/// <param name="Id">Its id within the topology.</param>
/// <param name="SourceTopics">What it reads.</param>
/// <param name="RepartitionSinkTopics">The topics it writes for other parts.</param>
/// <param name="StateChangelogTopics">The topics that keep its state.</param>
/// <param name="RepartitionSourceTopics">The topics it reads that other parts write.</param>
public sealed record StreamsSubtopology(
    string Id,
    ImmutableArray<string> SourceTopics,
    ImmutableArray<string> RepartitionSinkTopics,
    ImmutableArray<StreamsTopic> StateChangelogTopics,
    ImmutableArray<StreamsTopic> RepartitionSourceTopics);

/// <summary>A topic that an application keeps for itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">How many partitions it is to have; 0 leaves it to what it is made from.</param>
/// <param name="ReplicationFactor">On how many brokers each is kept; 0 leaves it to the broker.</param>
/// <param name="Configs">Its settings.</param>
public sealed record StreamsTopic(
    string Name, int PartitionCount, short ReplicationFactor, ImmutableDictionary<string, string> Configs);

/// <summary>A member of a streams group.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="MemberEpoch">Its generation.</param>
/// <param name="ClientId">What its client calls itself.</param>
/// <param name="ClientHost">Where it connects from.</param>
/// <param name="ProcessId">The process it runs in; members of one share their state.</param>
/// <param name="Assignment">The tasks it has.</param>
/// <param name="TargetAssignment">The tasks it is to have.</param>
public sealed record StreamsMemberDescription(
    string MemberId,
    int MemberEpoch,
    string ClientId,
    string ClientHost,
    string ProcessId,
    StreamsTasks Assignment,
    StreamsTasks TargetAssignment)
{
    /// <summary>The name it keeps over restarts, if it has one.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>The rack it stands in, if told.</summary>
    public string? RackId { get; init; }

    /// <summary>The generation of the topology it works by.</summary>
    public int TopologyEpoch { get; init; }

    /// <summary>Where its state can be asked for, as <c>host:port</c>; null when it cannot.</summary>
    public string? UserEndpoint { get; init; }

    /// <summary>What it says of itself, for the assignment of standbys.</summary>
    public ImmutableDictionary<string, string> ClientTags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether it takes part by the classic protocol.</summary>
    public bool IsClassic { get; init; }

    /// <summary>How far the state of its tasks is.</summary>
    public IReadOnlyDictionary<StreamsTask, Offset> TaskOffsets { get; init; } = new Dictionary<StreamsTask, Offset>();

    /// <summary>How far the state of its tasks could be.</summary>
    public IReadOnlyDictionary<StreamsTask, Offset> TaskEndOffsets { get; init; } = new Dictionary<StreamsTask, Offset>();
}

/// <summary>The tasks of a member.</summary>
/// <param name="Active">Those it works on.</param>
/// <param name="Standby">Those whose state it keeps, ready to take over.</param>
/// <param name="Warmup">Those whose state it is building up to work on them.</param>
public sealed record StreamsTasks(
    ImmutableArray<StreamsTask> Active, ImmutableArray<StreamsTask> Standby, ImmutableArray<StreamsTask> Warmup);

/// <summary>A task: a partition of a part of the topology.</summary>
/// <param name="SubtopologyId">The part.</param>
/// <param name="Partition">The partition.</param>
public readonly record struct StreamsTask(string SubtopologyId, int Partition);
