using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Whole lives of classic groups of one member, in each version of the APIs.</summary>
internal static class GroupLifeCases
{
    private const short MemberIdRequiredSince = 4;

    public static void AddTo(Script script)
    {
        foreach (short version in Script.VersionsOf(ApiKey.JoinGroup)) AddLife(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.JoinGroup, 5)) AddStaticLife(script, version);
        AddRefusedJoins(script);
    }

    private static short VersionOf(ApiKey api, short join) => Math.Min(join, Script.LatestOf(api));

    private static void AddLife(Script script, short version)
    {
        string group = $"life-{version}";
        string member = $"of {group}";
        short sync = VersionOf(ApiKey.SyncGroup, version);
        short heartbeat = VersionOf(ApiKey.Heartbeat, version);
        short leave = VersionOf(ApiKey.LeaveGroup, version);
        script.Change("first-join", version, _ => GroupRequests.Join(group, "", version),
            (peer, joined) => peer.Names.LearnMember(member, joined.MemberId));
        if (version >= MemberIdRequiredSince)
        {
            script.Look("describe-with-pending-member", 6, _ => new DescribeGroupsRequest { Groups = [group] });
            script.Change("join", version, peer => GroupRequests.Join(group, peer.Names.Member(member), version));
        }

        script.Look("describe-completing", 5, _ => new DescribeGroupsRequest { Groups = [group] });
        script.Change("join-again-before-sync", version,
            peer => GroupRequests.Join(group, peer.Names.Member(member), version));
        script.Change("heartbeat-before-sync", heartbeat,
            peer => GroupRequests.Heartbeat(group, peer.Names.Member(member), 1, heartbeat));
        script.Change("commit-before-sync", 8,
            peer => GroupRequests.Commit(peer, group, 8, member: peer.Names.Member(member), generation: 1));
        script.Change("sync-of-another-generation", sync,
            peer => GroupRequests.Sync(group, peer.Names.Member(member), 7, sync));
        script.Change("sync-of-a-stranger", sync, _ => GroupRequests.Sync(group, "nobody", 1, sync));
        script.Change("sync-by-another-protocol", sync,
            peer => GroupRequests.Sync(group, peer.Names.Member(member), 1, sync, protocol: "sticky"));
        script.Change("sync", sync, peer => GroupRequests.Sync(
            group, peer.Names.Member(member), 1, sync, assigned: [peer.Names.Member(member), "a stranger"]));
        script.Change("sync-again", sync, peer => GroupRequests.Sync(group, peer.Names.Member(member), 1, sync));
        script.Look("describe-stable", 5, _ => new DescribeGroupsRequest { Groups = [group] });
        script.Change("heartbeat", heartbeat,
            peer => GroupRequests.Heartbeat(group, peer.Names.Member(member), 1, heartbeat));
        script.Change("heartbeat-of-another-generation", heartbeat,
            peer => GroupRequests.Heartbeat(group, peer.Names.Member(member), 2, heartbeat));
        script.Change("heartbeat-of-an-unknown-instance", heartbeat,
            peer => GroupRequests.Heartbeat(group, peer.Names.Member(member), 1, heartbeat, "instance"));
        script.Change("leader-joins-again", version,
            peer => GroupRequests.Join(group, peer.Names.Member(member), version, protocols: ["roundrobin"]));
        script.Change("sync-second-generation", sync, peer => GroupRequests.Sync(
            group, peer.Names.Member(member), 2, sync, protocol: "roundrobin", assigned: [peer.Names.Member(member)]));
        script.Change("other-protocol-type", version, _ => GroupRequests.Join(group, "", version, type: "connect"));
        script.Change("other-protocols", version, _ => GroupRequests.Join(group, "", version, protocols: ["other"]));
        script.Change("leave-of-a-stranger", leave, _ => GroupRequests.Leave(group, leave, ("nobody", null)));
        script.Change("leave", leave, peer => GroupRequests.Leave(
            group, leave, (peer.Names.Member(member), null), ("nobody", null), ("", "instance"), ("", null)));
        script.Look("describe-empty", 5, _ => new DescribeGroupsRequest { Groups = [group] });
        script.Change("heartbeat-after-leaving", heartbeat,
            peer => GroupRequests.Heartbeat(group, peer.Names.Member(member), 2, heartbeat));
        script.Change("sync-after-leaving", sync, peer => GroupRequests.Sync(group, peer.Names.Member(member), 2, sync));
        script.Change("join-after-leaving", version,
            peer => GroupRequests.Join(group, peer.Names.Member(member), version));
        script.Change("leave-after-leaving", leave,
            peer => GroupRequests.Leave(group, leave, (peer.Names.Member(member), null)));
    }

    private static void AddStaticLife(Script script, short version)
    {
        string group = $"static-{version}";
        string old = $"old of {group}";
        string successor = $"new of {group}";
        short sync = VersionOf(ApiKey.SyncGroup, version);
        script.Change("static-join", version, _ => GroupRequests.Join(group, "", version, "one"),
            (peer, joined) => peer.Names.LearnMember(old, joined.MemberId));
        script.Change("static-sync", sync, peer => GroupRequests.Sync(
            group, peer.Names.Member(old), 1, sync, "one", assigned: [peer.Names.Member(old)]));
        script.Change("static-comes-back", version, _ => GroupRequests.Join(group, "", version, "one"),
            (peer, joined) => peer.Names.LearnMember(successor, joined.MemberId));
        script.Look("static-describe", 5, _ => new DescribeGroupsRequest { Groups = [group] });
        script.Change("static-sync-of-the-old", sync,
            peer => GroupRequests.Sync(group, peer.Names.Member(old), 1, sync, "one"));
        script.Change("static-sync-of-the-new", sync,
            peer => GroupRequests.Sync(group, peer.Names.Member(successor), 1, sync, "one"));
        script.Change("static-heartbeat-of-the-old", 4,
            peer => GroupRequests.Heartbeat(group, peer.Names.Member(old), 1, 4, "one"));
        script.Change("static-join-of-the-old", version,
            peer => GroupRequests.Join(group, peer.Names.Member(old), version, "one"));
        script.Change("static-commit-of-the-old", 8,
            peer => GroupRequests.Commit(peer, group, 8, member: peer.Names.Member(old), generation: 1, instance: "one"));
        script.Change("static-join-with-an-unknown-instance", version,
            peer => GroupRequests.Join(group, peer.Names.Member(successor), version, "two"));
        script.Change("static-comes-back-with-other-protocols", version,
            _ => GroupRequests.Join(group, "", version, "one", protocols: ["roundrobin"]),
            (peer, joined) => peer.Names.LearnMember(successor, joined.MemberId));
        script.Change("static-leave-of-the-old", 5,
            peer => GroupRequests.Leave(group, 5, (peer.Names.Member(old), "one")));
        script.Change("static-leave-by-instance", 5, _ => GroupRequests.Leave(group, 5, ("", "one")));
        script.Look("static-describe-empty", 6, _ => new DescribeGroupsRequest { Groups = [group] });
    }

    private static void AddRefusedJoins(Script script)
    {
        foreach (short version in Script.VersionsOf(ApiKey.JoinGroup))
        {
            script.Change("no-protocols", version, _ => GroupRequests.Join("refused", "", version, protocols: []));
            script.Change("no-protocol-type", version, _ => GroupRequests.Join("refused", "", version, type: ""));
            script.Change("unknown-member-of-no-group", version, _ => GroupRequests.Join("nowhere", "nobody", version));
            script.Look("describe-refused", 6, _ => new DescribeGroupsRequest { Groups = ["refused"] });
        }

        foreach (short version in Script.VersionsOf(ApiKey.SyncGroup))
        {
            script.Change("empty-group", version, _ => GroupRequests.Sync("", "m", 1, version));
            script.Change("no-such-group", version, _ => GroupRequests.Sync("nowhere", "m", 1, version));
            script.Change("no-protocol", version, _ => new SyncGroupRequest { GroupId = "nowhere", MemberId = "m" });
        }

        foreach (short version in Script.VersionsOf(ApiKey.Heartbeat))
            script.Change("empty-group", version, _ => GroupRequests.Heartbeat("", "m", 1, version));
        foreach (short version in Script.VersionsOf(ApiKey.LeaveGroup))
        {
            script.Change("empty-group", version, _ => GroupRequests.Leave("", version, ("m", null)));
            script.Change("no-such-group", version, _ => GroupRequests.Leave("nowhere", version, ("m", null)));
            if (version >= 3) script.Change("nobody-leaves", version, _ => GroupRequests.Leave("life-9", version));
        }
    }
}
