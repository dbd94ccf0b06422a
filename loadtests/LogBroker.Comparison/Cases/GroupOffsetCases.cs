using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Committed offsets: who may commit, what is told of them, and how they go.</summary>
internal static class GroupOffsetCases
{
    public static void AddTo(Script script)
    {
        script.PrepareTopic("groups-2", 2);
        script.PrepareTopic("groups-gone");
        foreach (short version in Script.VersionsOf(ApiKey.OffsetCommit)) AddCommits(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.OffsetFetch)) AddFetches(script, version);
        AddDeletes(script);
        AddDeletedTopic(script);
    }

    private static void AddCommits(Script script, short version)
    {
        string group = $"simple-{version}";
        script.Change("simple", version, peer => GroupRequests.Commit(peer, group, version));
        script.Change("negative-offset", version, peer => GroupRequests.Commit(peer, group, version, offset: -7));
        script.Change("null-metadata", version, peer => GroupRequests.Commit(peer, group, version, metadata: null));
        script.Change("metadata-just-fits", version,
            peer => GroupRequests.Commit(peer, group, version, metadata: new string('ü', 4096)));
        script.Change("metadata-too-long", version,
            peer => GroupRequests.Commit(peer, group, version, metadata: new string('x', 4097)));
        script.Change("partition-that-is-not", version, peer => GroupRequests.Commit(peer, group, version, partition: 9));
        script.Change("topic-that-is-not", version,
            peer => GroupRequests.Commit(peer, group, version, topic: "groups-nowhere"));
        script.Change("member-of-an-empty-group", version,
            peer => GroupRequests.Commit(peer, group, version, member: "nobody", generation: 1));
        script.Change("member-without-generation", version,
            peer => GroupRequests.Commit(peer, group, version, member: "nobody"));
        script.Change("member-of-no-group", version,
            peer => GroupRequests.Commit(peer, "simple-nowhere", version, member: "nobody", generation: 1));
        script.Change("empty-group", version, peer => GroupRequests.Commit(peer, "", version));
        script.Change("no-topics", version, _ => new OffsetCommitRequest { GroupId = group });
        script.Change("mixed-topics", version, peer => new OffsetCommitRequest
        {
            GroupId = group,
            Topics =
            [
                .. GroupRequests.Commit(peer, group, version, topic: "groups-2").Topics,
                .. GroupRequests.Commit(peer, group, version, topic: "groups-nowhere").Topics,
                .. GroupRequests.Commit(peer, group, version).Topics,
            ],
        });
        script.Look("fetch-what-was-committed", 9, peer => GroupRequests.Fetch(peer, 9, group, null));
    }

    private static void AddFetches(Script script, short version)
    {
        script.Look("known", version, peer => GroupRequests.Fetch(peer, version, "simple-8", ["groups", "groups-2"]));
        script.Look("unknown-topic", version,
            peer => GroupRequests.Fetch(peer, version, "simple-8", ["groups-nowhere", "groups"]));
        script.Look("unknown-group", version, peer => GroupRequests.Fetch(peer, version, "simple-nowhere", ["groups"]));
        script.Look("empty-group", version, peer => GroupRequests.Fetch(peer, version, "", ["groups"]));
        script.Look("no-topics", version, peer => GroupRequests.Fetch(peer, version, "simple-8", []));
        if (version < 2) return;
        script.Look("all", version, peer => GroupRequests.Fetch(peer, version, "simple-8", null));
        script.Look("all-of-unknown-group", version, peer => GroupRequests.Fetch(peer, version, "simple-nowhere", null));
        if (version < 7) return;
        script.Look("stable", version, peer => GroupRequests.Fetch(peer, version, "simple-8", ["groups"], requireStable: true));
        if (version < 8) return;
        script.Look("several-groups", version, peer =>
            GroupRequests.Fetch(peer, version, "simple-8", ["groups"], false, "simple-9", "simple-nowhere"));
        if (version < 9) return;
        script.Look("member-of-classic-group", version, _ => new OffsetFetchRequest
        {
            Groups = [new() { GroupId = "simple-8", MemberId = "nobody", MemberEpoch = 3, Topics = [] }],
        });
        script.Look("member-of-no-group", version, _ => new OffsetFetchRequest
        {
            Groups = [new() { GroupId = "simple-nowhere", MemberId = "nobody", MemberEpoch = 3, Topics = [] }],
        });
    }

    private static void AddDeletes(Script script)
    {
        Delete(script, "delete-of-no-group", "simple-nowhere", "groups");
        Delete(script, "delete-of-empty-group-id", "", "groups");
        Delete(script, "delete-unknown-topic", "simple-8", "groups-nowhere");
        Delete(script, "delete-mixed", "simple-8", "groups-2", "groups-nowhere", "groups");
        Delete(script, "delete-unknown-topic-of-no-group", "simple-nowhere", "groups-nowhere");
        script.Look("after-delete", 9, peer => GroupRequests.Fetch(peer, 9, "simple-8", null));
        script.Change("join-to-subscribe", 3, _ => GroupRequests.Join("subscribed", "", 3),
            (peer, joined) => peer.Names.LearnMember("subscriber", joined.MemberId));
        script.Change("sync-to-subscribe", 3, peer => GroupRequests.Sync("subscribed", peer.Names.Member("subscriber"), 1, 3));
        script.Change("commit-subscribed", 8, peer => GroupRequests.Commit(
            peer, "subscribed", 8, member: peer.Names.Member("subscriber"), generation: 1));
        script.Change("commit-by-nobody-to-members", 8, peer => GroupRequests.Commit(peer, "subscribed", 8));
        script.Change("commit-of-another-generation", 8, peer => GroupRequests.Commit(
            peer, "subscribed", 8, member: peer.Names.Member("subscriber"), generation: 4));
        Delete(script, "delete-subscribed", "subscribed", "groups", "groups-2");
        script.Change("join-for-connect", 3, _ => GroupRequests.Join("connect", "", 3, type: "connect"),
            (peer, joined) => peer.Names.LearnMember("worker", joined.MemberId));
        Delete(script, "delete-of-connect-group", "connect", "groups");
    }

    private static void Delete(Script script, string name, string group, params string[] topics) =>
        script.Change(name, 0, _ => new OffsetDeleteRequest
        {
            GroupId = group,
            Topics =
            [
                .. topics.Select(topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
                {
                    Name = topic,
                    Partitions = [new() { PartitionIndex = 0 }, new() { PartitionIndex = 1 }],
                }),
            ],
        });

    private static void AddDeletedTopic(Script script)
    {
        script.Change("commit-to-topic-that-goes", 8, peer => GroupRequests.Commit(peer, "going", 8, topic: "groups-gone"));
        script.Change("delete-topic", 6, _ => new DeleteTopicsRequest
        {
            Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = "groups-gone" }],
            TimeoutMs = 5000,
        });
        script.Look("offset-of-deleted-topic", 9, peer => GroupRequests.Fetch(peer, 9, "going", ["groups-gone"]));
        script.Look("all-offsets-of-deleted-topic", 9, peer => GroupRequests.Fetch(peer, 9, "going", null));
    }
}
