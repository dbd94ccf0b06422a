using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>FindCoordinator and what the classic group APIs say to those they do not know.</summary>
internal static class GroupCases
{
    private const string Group = "group";
    private const short FirstBatched = 4;

    public static void AddTo(Script script)
    {
        script.PrepareTopic("groups");
        script.Prepare("await the coordinator", peer => CoordinatorWait.ForAsync(peer, Group));
        foreach (short version in Script.VersionsOf(ApiKey.FindCoordinator)) AddFinds(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.JoinGroup)) AddJoins(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.SyncGroup))
        {
            script.Look("unknown-member", version, _ => new SyncGroupRequest
            {
                GroupId = Group,
                MemberId = "nobody",
                ProtocolType = version >= 5 ? "consumer" : null,
                ProtocolName = version >= 5 ? "range" : null,
            });
        }

        foreach (short version in Script.VersionsOf(ApiKey.Heartbeat))
            script.Look("unknown-member", version, _ => new HeartbeatRequest { GroupId = Group, MemberId = "nobody" });
        foreach (short version in Script.VersionsOf(ApiKey.LeaveGroup)) AddLeave(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.OffsetCommit)) AddCommits(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.OffsetFetch)) AddOffsets(script, version);
        GroupLifeCases.AddTo(script);
        GroupOffsetCases.AddTo(script);
        ConsumerGroupCases.AddTo(script);
        GroupAdminCases.AddTo(script);
    }

    private static void AddFinds(Script script, short version)
    {
        Find(script, version, "group", 0, Group);
        Find(script, version, "empty-key", 0, "");
        if (version < 1) return;
        Find(script, version, "unknown-type", 9, Group);
        Find(script, version, "negative-type", -1, Group);
        Find(script, version, "share-of-a-bad-key", 2, Group);
        if (version < FirstBatched) return;
        Find(script, version, "two-keys", 0, Group, "group-2");
        Find(script, version, "no-keys", 0);
    }

    private static void Find(Script script, short version, string name, sbyte type, params string[] keys) =>
        script.Look(name, version, _ => version < FirstBatched
            ? new FindCoordinatorRequest { Key = keys[0], KeyType = type }
            : new FindCoordinatorRequest { CoordinatorKeys = [.. keys], KeyType = type });

    private static void AddJoins(Script script, short version)
    {
        Join(script, version, "unknown-member", Group, "nobody", 30_000);
        Join(script, version, "session-too-short", Group, "", 1);
        Join(script, version, "session-too-long", Group, "", int.MaxValue);
        Join(script, version, "empty-group", "", "", 30_000);
    }

    private static void Join(Script script, short version, string name, string group, string member, int session) =>
        script.Look(name, version, _ => new JoinGroupRequest
        {
            GroupId = group,
            MemberId = member,
            SessionTimeoutMs = session,
            RebalanceTimeoutMs = 30_000,
            ProtocolType = "consumer",
            Protocols = [new JoinGroupRequest.JoinGroupRequestProtocol { Name = "range" }],
        });

    private static void AddLeave(Script script, short version) =>
        script.Look("unknown-member", version, _ => version < 3
            ? new LeaveGroupRequest { GroupId = Group, MemberId = "nobody" }
            : new LeaveGroupRequest
            {
                GroupId = Group,
                Members = [new LeaveGroupRequest.MemberIdentity { MemberId = "nobody" }],
            });

    private static void AddCommits(Script script, short version)
    {
        if (version >= 10) return; // by topic id, for which the group must exist
        Commit(script, version, "outside-any-generation", "groups", -1, "");
        Commit(script, version, "unknown-topic", "groups-nowhere", -1, "");
        Commit(script, version, "unknown-member", "groups", 5, "nobody");
    }

    private static void Commit(Script script, short version, string name, string topic, int generation, string member) =>
        script.Change(name, version, _ => new OffsetCommitRequest
        {
            GroupId = Group,
            GenerationIdOrMemberEpoch = generation,
            MemberId = member,
            Topics =
            [
                new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = topic,
                    Partitions =
                    [
                        new OffsetCommitRequest.OffsetCommitRequestPartition { CommittedOffset = 5, CommittedMetadata = "m" },
                    ],
                },
            ],
        });

    private static void AddOffsets(Script script, short version)
    {
        if (version >= 10) return;
        script.Look("committed", version, _ => version < 8
            ? new OffsetFetchRequest
            {
                GroupId = Group,
                Topics = [new OffsetFetchRequest.OffsetFetchRequestTopic { Name = "groups", PartitionIndexes = [0, 1] }],
            }
            : new OffsetFetchRequest
            {
                Groups =
                [
                    new OffsetFetchRequest.OffsetFetchRequestGroup
                    {
                        GroupId = Group,
                        Topics =
                        [
                            new OffsetFetchRequest.OffsetFetchRequestTopics { Name = "groups", PartitionIndexes = [0, 1] },
                        ],
                    },
                ],
            });
    }
}
