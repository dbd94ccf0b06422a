using System.Collections.Immutable;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>What a member told of itself: the content of its ConsumerGroupMemberMetadata record. Immutable.</summary>
internal sealed record MemberSubscription
{
    /// <summary>Of one whose record was not replayed yet.</summary>
    public static readonly MemberSubscription Empty = new();

    /// <summary>Of a static member (KIP-345); null = dynamic.</summary>
    public string? InstanceId { get; init; }

    public string? RackId { get; init; }

    public string ClientId { get; init; } = "";

    /// <summary>As Kafka writes it: "/127.0.0.1".</summary>
    public string ClientHost { get; init; } = "";

    /// <summary>How long it may take to give up partitions.</summary>
    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromMilliseconds(-1);

    /// <summary>Ascending, each once.</summary>
    public ImmutableArray<string> TopicNames { get; init; } = [];

    /// <summary>"" = none.</summary>
    public string TopicRegex { get; init; } = "";

    /// <summary>The assignor it prefers; null = whichever.</summary>
    public string? ServerAssignor { get; init; }

    /// <summary>Set while the member speaks the classic protocol.</summary>
    public ClassicSide? Classic { get; init; }

    /// <summary>What a heartbeat changes: what is null or -1 in it stays as it was.</summary>
    public MemberSubscription UpdatedBy(ConsumerGroupHeartbeatRequest request, RequestOrigin origin) => this with
    {
        InstanceId = request.InstanceId ?? InstanceId,
        RackId = request.RackId ?? RackId,
        ClientId = origin.ClientId,
        ClientHost = origin.ClientHost,
        RebalanceTimeout = request.RebalanceTimeoutMs == -1
            ? RebalanceTimeout
            : TimeSpan.FromMilliseconds(request.RebalanceTimeoutMs),
        TopicNames = request.SubscribedTopicNames is { } names ? Sorted(names) : TopicNames,
        TopicRegex = request.SubscribedTopicRegex ?? TopicRegex,
        ServerAssignor = request.ServerAssignor ?? ServerAssignor,
        Classic = null,
    };

    public static ImmutableArray<string> Sorted(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static MemberSubscription Of(ConsumerGroupMemberMetadataValue value) => new()
    {
        InstanceId = value.InstanceId,
        RackId = value.RackId,
        ClientId = value.ClientId,
        ClientHost = value.ClientHost,
        RebalanceTimeout = TimeSpan.FromMilliseconds(value.RebalanceTimeoutMs),
        TopicNames = Sorted(value.SubscribedTopicNames),
        TopicRegex = value.SubscribedTopicRegex ?? "",
        ServerAssignor = value.ServerAssignor,
        Classic = ClassicSide.Of(value.ClassicMemberMetadata),
    };

    public ConsumerGroupMemberMetadataValue ToRecord() => new()
    {
        InstanceId = InstanceId,
        RackId = RackId,
        ClientId = ClientId,
        ClientHost = ClientHost,
        SubscribedTopicNames = TopicNames,
        SubscribedTopicRegex = TopicRegex,
        RebalanceTimeoutMs = (int)RebalanceTimeout.TotalMilliseconds,
        ServerAssignor = ServerAssignor,
        ClassicMemberMetadata = Classic?.ToRecord(),
    };

    public bool SubscribesLike(MemberSubscription other) =>
        TopicRegex == other.TopicRegex && TopicNames.AsSpan().SequenceEqual(other.TopicNames.AsSpan());

    public bool Equals(MemberSubscription? other) =>
        other is not null && SubscribesLike(other) && InstanceId == other.InstanceId && RackId == other.RackId &&
        ClientId == other.ClientId && ClientHost == other.ClientHost && RebalanceTimeout == other.RebalanceTimeout &&
        ServerAssignor == other.ServerAssignor && Equals(Classic, other.Classic);

    public override int GetHashCode() => HashCode.Combine(InstanceId, ClientId, ClientHost, TopicNames.Length, TopicRegex);
}
