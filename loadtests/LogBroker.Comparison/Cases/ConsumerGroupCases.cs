using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Groups of the consumer group protocol (KIP-848): what is refused, and whole lives of members.</summary>
internal static class ConsumerGroupCases
{
    private const short RegexSince = 1;
    private const string Topic = "groups-2";

    public static void AddTo(Script script)
    {
        foreach (short version in Script.VersionsOf(ApiKey.ConsumerGroupHeartbeat))
        {
            AddRefusals(script, version);
            AddLife(script, version);
            AddStaticLife(script, version);
        }

        foreach (short version in Script.VersionsOf(ApiKey.ConsumerGroupDescribe)) AddDescriptions(script, version);
        AddOtherProtocol(script);
    }

    private static void AddRefusals(Script script, short version)
    {
        string group = $"modern-refused-{version}";
        Refuse("empty-group", Join("", "m"));
        Refuse("no-member-id", Join(group, ""), isRefused: version >= RegexSince);
        Refuse("member-id-too-long", Join(group, new string('m', 300)));
        Refuse("no-rebalance-timeout", Join(group, "m", rebalanceTimeout: -1));
        Refuse("no-subscription", Join(group, "m", subscribes: false));
        Refuse("null-owned", Join(group, "m", ownsNull: true));
        Refuse("empty-instance", Join(group, "m", instance: ""));
        Refuse("empty-rack", Join(group, "m", rack: ""));
        Refuse("unknown-assignor", Join(group, "m", assignor: "nonsense"));
        Refuse("epoch-below-any", Beat(group, "m", -3));
        Refuse("static-leave-without-instance", Beat(group, "m", -2));
        Refuse("beat-without-member", Beat(group, "", 1));
        Refuse("beat-to-no-group", Beat("modern-nowhere", "m", 5));
        Refuse("leave-of-no-group", Beat("modern-nowhere", "m", -1));
        Refuse("owned-at-join", Join(group, "m", owned: [new() { TopicId = Guid.NewGuid(), Partitions = [0] }]));
        if (version < RegexSince) return;
        Refuse("bad-regex", Join(group, "m", subscribes: false, regex: "(["));
        Refuse("empty-regex-alone", Join(group, "m", subscribes: false, regex: ""));
        script.Look("describe-refused-group", 1, _ => new ConsumerGroupDescribeRequest { GroupIds = [group] });

        void Refuse(string name, ConsumerGroupHeartbeatRequest request, bool isRefused = true)
        {
            if (isRefused) script.Change(name, version, _ => request);
        }
    }

    private static void AddLife(Script script, short version)
    {
        string group = $"modern-{version}";
        string member = $"modern member {version}";
        Send("join", version, _ => Join(group, version >= RegexSince ? "member-of-version-1" : ""));
        script.Look("describe-joined", version, _ => new ConsumerGroupDescribeRequest { GroupIds = [group] });
        Send("beat", version, peer => Beat(peer, group, member));
        Send("beat-with-owned", version, peer => Beat(peer, group, member, owns: true));
        Send("join-again-with-the-same", version, peer => Join(group, peer.Names.Member(member)));
        Send("old-epoch", version, peer => Beat(group, peer.Names.Member(member), (int)peer.Memory.GetValueOrDefault(member) + 7));
        Send("stranger", version, peer => Beat(group, "nobody", (int)peer.Memory.GetValueOrDefault(member)));
        Send("other-assignor", version, peer => Beat(peer, group, member, assignor: "range"));
        Send("unknown-topics", version, peer => Beat(peer, group, member, names: ["groups-nowhere"]));
        Send("topic-comes-back", version, peer => Beat(peer, group, member, names: [Topic, "groups"]));
        if (version >= RegexSince) Send("regex", version, peer => Beat(peer, group, member, names: [], regex: "groups-[0-9]"));
        script.Look("describe-changed", version,
            _ => new ConsumerGroupDescribeRequest { GroupIds = [group], IncludeAuthorizedOperations = true });
        AddOffsets(script, group, member);
        script.Look("list-modern", 5, _ => new ListGroupsRequest { TypesFilter = ["consumer"], StatesFilter = ["stable"] });
        script.Look("describe-as-classic", 5, _ => new DescribeGroupsRequest { Groups = [group] });
        script.Look("describe-as-classic", 6, _ => new DescribeGroupsRequest { Groups = [group] });
        script.Change("delete-with-members", 2, _ => new DeleteGroupsRequest { GroupsNames = [group] });
        Send("leave", version, peer => Beat(group, peer.Names.Member(member), -1));
        Send("leave-again", version, peer => Beat(group, peer.Names.Member(member), -1));
        script.Look("describe-empty", version, _ => new ConsumerGroupDescribeRequest { GroupIds = [group] });
        script.Change("commit-for-nobody", 9, peer => GroupRequests.Commit(peer, group, 9, topic: Topic));
        script.Change("delete-left", 2, _ => new DeleteGroupsRequest { GroupsNames = [group] });

        void Send(string name, short of, Func<Peer, ConsumerGroupHeartbeatRequest> request) =>
            script.Change(name, of, request, (peer, response) => Learn(peer, member, response));
    }

    /// <summary>Commits and fetches that name a member and its epoch.</summary>
    private static void AddOffsets(Script script, string group, string member)
    {
        script.Change("commit-as-member", 9, peer => GroupRequests.Commit(
            peer, group, 9, topic: Topic, member: peer.Names.Member(member), generation: (int)peer.Memory.GetValueOrDefault(member)));
        script.Change("commit-of-another-epoch", 9, peer => GroupRequests.Commit(
            peer, group, 9, topic: Topic, member: peer.Names.Member(member), generation: 77));
        script.Change("commit-of-a-stranger", 9, peer => GroupRequests.Commit(
            peer, group, 9, topic: Topic, member: "nobody", generation: 1));
        script.Change("commit-by-old-client", 8, peer => GroupRequests.Commit(
            peer, group, 8, topic: Topic, member: peer.Names.Member(member), generation: (int)peer.Memory.GetValueOrDefault(member)));
        script.Change("commit-alone", 9, peer => GroupRequests.Commit(peer, group, 9, topic: Topic));
        script.Look("fetch-as-member", 9, peer => Fetch(group, peer.Names.Member(member), (int)peer.Memory.GetValueOrDefault(member)));
        script.Look("fetch-of-another-epoch", 9, peer => Fetch(group, peer.Names.Member(member), 77));
        script.Look("fetch-of-a-stranger", 9, _ => Fetch(group, "nobody", 1));
        script.Look("fetch-alone", 9, peer => GroupRequests.Fetch(peer, 9, group, [Topic]));
    }

    private static void AddStaticLife(Script script, short version)
    {
        string group = $"modern-static-{version}";
        string first = $"modern first {version}";
        string second = $"modern second {version}";
        Send("static-join", first, _ => Join(group, "first", instance: "one"));
        Send("static-instance-taken", second, _ => Join(group, "second", instance: "one"));
        Send("static-leaves-for-a-while", first, peer => Beat(group, peer.Names.Member(first), -2, "one"));
        script.Look("static-describe-away", version, _ => new ConsumerGroupDescribeRequest { GroupIds = [group] });
        Send("static-comes-back", second, _ => Join(group, "second", instance: "one"));
        Send("static-beat-of-the-old", first, peer => Beat(group, peer.Names.Member(first), 1, "one"));
        Send("static-beat-with-another-instance", second, peer => Beat(group, peer.Names.Member(second), 1, "two"));
        script.Look("static-describe-back", version, _ => new ConsumerGroupDescribeRequest { GroupIds = [group] });
        Send("static-leave", second, peer => Beat(group, peer.Names.Member(second), -1, "one"));
        script.Look("static-describe-gone", version, _ => new ConsumerGroupDescribeRequest { GroupIds = [group] });

        void Send(string name, string member, Func<Peer, ConsumerGroupHeartbeatRequest> request) =>
            script.Change(name, version, request, (peer, response) => Learn(peer, member, response));
    }

    private static void AddDescriptions(Script script, short version)
    {
        script.Look("nowhere", version, _ => new ConsumerGroupDescribeRequest { GroupIds = ["nowhere-at-all"] });
        script.Look("empty-id", version, _ => new ConsumerGroupDescribeRequest { GroupIds = [""] });
        script.Look("none", version, _ => new ConsumerGroupDescribeRequest());
        script.Look("classic-group", version, _ => new ConsumerGroupDescribeRequest { GroupIds = ["subscribed"] });
        script.Look("several", version, _ => new ConsumerGroupDescribeRequest { GroupIds = ["nowhere-at-all", "modern-static-0"] });
    }

    /// <summary>A member of one protocol in a group of the other.</summary>
    private static void AddOtherProtocol(Script script)
    {
        script.Change("join-classic-group-without-subscription", 1, _ => Join("connect", "m"));
        script.Change("join-empty-classic-group", 1, _ => Join("life-9", "m"));
        script.Look("describe-upgraded", 1, _ => new ConsumerGroupDescribeRequest { GroupIds = ["life-9"] });
        script.Change("join-modern-group-for-connect", 9,
            _ => GroupRequests.Join("life-9", "", 9, type: "connect"));
        script.Change("heartbeat-to-modern-group", 4, _ => GroupRequests.Heartbeat("life-9", "m", 1, 4));
        script.Change("sync-to-modern-group", 5, _ => GroupRequests.Sync("life-9", "m", 1, 5));
        script.Change("leave-modern-group", 5, _ => GroupRequests.Leave("life-9", 5, ("nobody", null)));
    }

    private static ConsumerGroupHeartbeatRequest Join(
        string group, string member, string? instance = null, bool subscribes = true, string? regex = null,
        string? assignor = null, string? rack = null, int rebalanceTimeout = 30_000, bool ownsNull = false,
        ConsumerGroupHeartbeatRequest.TopicPartitionsData[]? owned = null) => new()
        {
            GroupId = group,
            MemberId = member,
            InstanceId = instance,
            RackId = rack,
            RebalanceTimeoutMs = rebalanceTimeout,
            SubscribedTopicNames = subscribes ? [Topic] : null,
            SubscribedTopicRegex = regex,
            ServerAssignor = assignor,
            TopicPartitions = ownsNull ? null : [.. owned ?? []],
        };

    private static ConsumerGroupHeartbeatRequest Beat(string group, string member, int epoch, string? instance = null) =>
        new() { GroupId = group, MemberId = member, MemberEpoch = epoch, InstanceId = instance };

    private static ConsumerGroupHeartbeatRequest Beat(
        Peer peer, string group, string member, string[]? names = null, string? regex = null, string? assignor = null,
        bool owns = false) => new()
        {
            GroupId = group,
            MemberId = peer.Names.Member(member),
            MemberEpoch = (int)peer.Memory.GetValueOrDefault(member),
            SubscribedTopicNames = names is null ? null : [.. names],
            SubscribedTopicRegex = regex,
            ServerAssignor = assignor,
            TopicPartitions = owns ? [new() { TopicId = peer.Names.TopicId(Topic), Partitions = [0, 1] }] : null,
        };

    private static void Learn(Peer peer, string member, ConsumerGroupHeartbeatResponse response)
    {
        if (response.MemberId is { Length: > 0 } id) peer.Names.LearnMember(member, id);
        if (response.MemberEpoch > 0) peer.Memory[member] = response.MemberEpoch;
    }

    private static OffsetFetchRequest Fetch(string group, string member, int epoch) => new()
    {
        Groups =
        [
            new()
            {
                GroupId = group,
                MemberId = member,
                MemberEpoch = epoch,
                Topics = [new() { Name = Topic, PartitionIndexes = [0, 1] }],
            },
        ],
    };
}
