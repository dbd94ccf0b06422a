using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>The requests of classic groups, in the form that a version can say.</summary>
internal static class GroupRequests
{
    public static readonly byte[] Subscription = [0, 0, 0, 0, 0, 1, 0, 6, .. "groups"u8, 0, 0, 0, 0];

    public static JoinGroupRequest Join(
        string group, string member, short version, string? instance = null, string type = "consumer",
        string[]? protocols = null, int session = 30_000) => new()
        {
            GroupId = group,
            MemberId = member,
            SessionTimeoutMs = session,
            RebalanceTimeoutMs = 30_000,
            GroupInstanceId = version >= 5 ? instance : null,
            ProtocolType = type,
            Protocols =
            [
                .. (protocols ?? ["range", "roundrobin"]).Select(name =>
                    new JoinGroupRequest.JoinGroupRequestProtocol { Name = name, Metadata = Subscription }),
            ],
        };

    public static SyncGroupRequest Sync(
        string group, string member, int generation, short version, string? instance = null,
        string type = "consumer", string protocol = "range", params string[] assigned) => new()
        {
            GroupId = group,
            MemberId = member,
            GenerationId = generation,
            GroupInstanceId = version >= 3 ? instance : null,
            ProtocolType = version >= 5 ? type : null,
            ProtocolName = version >= 5 ? protocol : null,
            Assignments =
            [
                .. assigned.Select(to => new SyncGroupRequest.SyncGroupRequestAssignment
                {
                    MemberId = to,
                    Assignment = new byte[] { 0, 0, 1, 2, 3 },
                }),
            ],
        };

    public static HeartbeatRequest Heartbeat(
        string group, string member, int generation, short version, string? instance = null) => new()
        {
            GroupId = group,
            MemberId = member,
            GenerationId = generation,
            GroupInstanceId = version >= 3 ? instance : null,
        };

    public static LeaveGroupRequest Leave(string group, short version, params (string Member, string? Instance)[] leaving) =>
        version < 3
            ? new LeaveGroupRequest { GroupId = group, MemberId = leaving[0].Member }
            : new LeaveGroupRequest
            {
                GroupId = group,
                Members =
                [
                    .. leaving.Select(one => new LeaveGroupRequest.MemberIdentity
                    {
                        MemberId = one.Member,
                        GroupInstanceId = one.Instance,
                    }),
                ],
            };

    public static OffsetCommitRequest Commit(
        Peer peer, string group, short version, string topic = "groups", string member = "", int generation = -1,
        string? instance = null, int partition = 0, string? metadata = "m", long offset = 5) => new()
        {
            GroupId = group,
            MemberId = member,
            GenerationIdOrMemberEpoch = generation,
            GroupInstanceId = version >= 7 ? instance : null,
            Topics =
            [
                new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = version < 10 ? topic : "",
                    TopicId = version >= 10 ? peer.Names.TopicId(topic) : Guid.Empty,
                    Partitions =
                    [
                        new OffsetCommitRequest.OffsetCommitRequestPartition
                        {
                            PartitionIndex = partition,
                            CommittedOffset = offset,
                            CommittedLeaderEpoch = version >= 6 ? 3 : -1,
                            CommittedMetadata = metadata,
                        },
                    ],
                },
            ],
        };

    /// <param name="topics">Null asks for everything.</param>
    public static OffsetFetchRequest Fetch(
        Peer peer, short version, string group, string[]? topics, bool requireStable = false, params string[] moreGroups) =>
        version < 8
            ? new OffsetFetchRequest
            {
                GroupId = group,
                RequireStable = version >= 7 && requireStable,
                Topics = topics is null
                    ? null
                    :
                    [
                        .. topics.Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopic
                        {
                            Name = topic,
                            PartitionIndexes = [0, 1],
                        }),
                    ],
            }
            : new OffsetFetchRequest
            {
                RequireStable = requireStable,
                Groups =
                [
                    .. moreGroups.Prepend(group).Select(asked => new OffsetFetchRequest.OffsetFetchRequestGroup
                    {
                        GroupId = asked,
                        Topics = topics is null
                            ? null
                            :
                            [
                                .. topics.Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopics
                                {
                                    Name = version < 10 ? topic : "",
                                    TopicId = version >= 10 ? peer.Names.TopicId(topic) : Guid.Empty,
                                    PartitionIndexes = [0, 1],
                                }),
                            ],
                    }),
                ],
            };
}
