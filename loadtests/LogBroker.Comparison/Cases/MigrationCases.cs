using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Groups that go from the classic protocol to that of KIP-848 and back while they have members. What the brokers answer
/// depends on <c>group.consumer.migration.policy</c>: to compare the others too, start both with them.</summary>
internal static class MigrationCases
{
    private const string Topic = "migration";
    private const short CommitByName = 9;

    // Longer than group.consumer.assignment.interval.ms: what comes next may compute new targets.
    private static readonly TimeSpan AssignmentPause = TimeSpan.FromMilliseconds(1_300);

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, partitions: 4);
        foreach (string group in new[] { "alone", "upgrade", "two", "static", "connect", "custom", "types", "empty" })
            script.Prepare($"await the coordinator of {group}", peer => CoordinatorWait.ForAsync(peer, group));
        AddNewProtocolAlone(script);
        AddUpgradeAndDowngrade(script);
        AddUpgradeOfTwo(script);
        AddStaticReplacement(script);
        AddRefusals(script);
        AddEmptyGroups(script);
    }

    private static void AddNewProtocolAlone(Script script)
    {
        var first = new GroupMember("alone", "alone-1", Topic);
        first.Advance(script, "alone-joins", epoch: 0);
        first.Advance(script, "alone-stays", null, 0, 1, 2, 3);
        Describe(script, "alone");
        first.Advance(script, "alone-leaves", epoch: -1);
        Describe(script, "alone-is-empty", "alone");
    }

    private static void AddUpgradeAndDowngrade(Script script)
    {
        var old = new GroupMember("upgrade", "upgrade-old", Topic);
        var young = new GroupMember("upgrade", "upgrade-new", Topic);
        Begin(script, old, 0, 1, 2, 3);
        young.Advance(script, "upgrade-join", epoch: 0);
        Describe(script, "upgrade-began", "upgrade");
        old.Beat(script, "upgrade-beat-of-old");
        old.Sync(script, "upgrade-sync-of-old");
        old.Commit(script, "upgrade-commit-of-old", 1, CommitByName);
        old.Commit(script, "upgrade-commit-of-old-v8", 1, version: 8);
        Pause(script);
        old.Join(script, "upgrade-join-of-old", asNew: false, 0, 1, 2, 3);
        old.Sync(script, "upgrade-sync-keeps-some");
        old.Beat(script, "upgrade-beat-to-revoke");
        Describe(script, "upgrade-revoking", "upgrade");
        old.Join(script, "upgrade-join-without-revoked", asNew: false, 0, 1);
        old.Sync(script, "upgrade-sync-revoked");
        old.Beat(script, "upgrade-beat-calm");
        young.Advance(script, "upgrade-takes-over");
        Describe(script, "upgrade-done", "upgrade");
        DescribeClassic(script, "upgrade-is-no-classic-group", "upgrade");
        young.Commit(script, "upgrade-commit-of-new", 2, CommitByName, partition: 2);
        young.Commit(script, "upgrade-commit-of-new-v8", 2, version: 8, partition: 2);
        young.Sync(script, "upgrade-sync-by-new");
        young.Beat(script, "upgrade-beat-by-new");
        young.Advance(script, "downgrade-by-leaving", epoch: -1);
        Describe(script, "downgraded-is-no-consumer-group", "upgrade");
        DescribeClassic(script, "downgraded", "upgrade");
        old.Beat(script, "downgraded-beat");
        old.Commit(script, "downgraded-commit", 3, CommitByName);
        old.Join(script, "downgraded-join", asNew: false, 0, 1);
        old.Sync(script, "downgraded-sync", default, (old, [0, 1, 2, 3]));
        DescribeClassic(script, "downgraded-stable", "upgrade");
        old.Leave(script, "downgraded-leave");
    }

    private static void AddUpgradeOfTwo(Script script)
    {
        var first = new GroupMember("two", "two-1", Topic);
        var second = new GroupMember("two", "two-2", Topic);
        var other = new GroupMember("two", "two-3", Topic) { Offers = ["sticky"] };
        var young = new GroupMember("two", "two-new", Topic);
        Begin(script, first, 0, 1, 2, 3);
        young.Advance(script, "two-upgrade", epoch: 0);
        second.Join(script, "two-classic-joins-as-new", asNew: true);
        second.Join(script, "two-classic-joins");
        second.Sync(script, "two-classic-syncs");
        second.Beat(script, "two-classic-beats");
        other.Join(script, "two-offers-nothing-common", asNew: true);
        Pause(script);
        second.Beat(script, "two-classic-beats-later");
        young.Advance(script, "two-new-goes-on");
        first.Join(script, "two-first-joins", asNew: false);
        Pause(script);
        second.Join(script, "two-second-joins-again");
        Describe(script, "two-mixed", "two");
        young.Leave(script, "two-leave-group-of-a-new-member");
        first.Leave(script, "two-first-leaves");
        second.Beat(script, "two-second-beats");
        young.Advance(script, "two-downgrade-by-leaving", epoch: -1);
        DescribeClassic(script, "two-downgraded", "two");
        second.Leave(script, "two-second-leaves");
        DescribeClassic(script, "two-empty", "two");
    }

    private static void AddStaticReplacement(Script script)
    {
        var young = new GroupMember("static", "static-new", Topic, "instance");
        var old = new GroupMember("static", "static-old", Topic, "instance");
        var back = new GroupMember("static", "static-back", Topic, "instance");
        young.Advance(script, "static-joins", epoch: 0);
        old.Join(script, "static-replaced-by-classic", asNew: true);
        Describe(script, "static-describe", "static");
        DescribeClassic(script, "static-downgraded", "static");
        old.Sync(script, "static-syncs");
        old.Beat(script, "static-beats");
        back.Advance(script, "static-replaced-again", epoch: 0);
        Describe(script, "static-upgraded", "static");
        old.Beat(script, "static-fenced-beat");
        young.Advance(script, "static-fenced-heartbeat");
        back.Advance(script, "static-leaves", epoch: -1);
    }

    private static void AddRefusals(Script script)
    {
        var connect = new GroupMember("connect", "connect-1", Topic) { ProtocolType = "connect", Offers = ["default"] };
        Begin(script, connect, 0);
        new GroupMember("connect", "connect-new", Topic).Advance(script, "refused-protocol-type", epoch: 0);
        connect.Leave(script, "connect-leaves");

        var custom = new GroupMember("custom", "custom-1", Topic) { Offers = ["mine"] };
        custom.Join(script, "custom-as-new", asNew: true);
        custom.Join(script, "custom-joins");
        custom.Sync(script, "custom-syncs", new byte[] { 7 }, (custom, [0, 1, 2, 3]));
        new GroupMember("custom", "custom-new", Topic).Advance(script, "refused-custom-assignor", epoch: 0);
        new GroupMember("custom", "custom-new", Topic).Advance(script, "refused-epoch-in-a-classic-group", epoch: 5);
        custom.Leave(script, "custom-leaves");

        var young = new GroupMember("types", "types-new", Topic);
        young.Advance(script, "types-joins", epoch: 0);
        new GroupMember("types", "types-2", Topic) { ProtocolType = "connect" }.Join(script, "refused-other-type", asNew: true);
        new GroupMember("types", "types-3", Topic).Beat(script, "refused-beat-of-nobody");
        new GroupMember("types", "types-3", Topic).Leave(script, "refused-leave-of-nobody");
        new GroupMember("types", "types-3", Topic).Sync(script, "refused-sync-of-nobody");
        new GroupMember("types", "types-3", Topic, "nobody").Join(script, "refused-instance-of-nobody");
        young.Advance(script, "types-leaves", epoch: -1);
    }

    private static void AddEmptyGroups(Script script)
    {
        var young = new GroupMember("empty", "empty-new", Topic);
        var old = new GroupMember("empty", "empty-old", Topic);
        young.Advance(script, "empty-joins", epoch: 0);
        young.Commit(script, "empty-commits", 4, CommitByName);
        young.Advance(script, "empty-leaves", epoch: -1);
        old.Join(script, "empty-refused-with-an-id");
        old.Join(script, "empty-becomes-classic", asNew: true);
        DescribeClassic(script, "empty-is-classic", "empty");
        young.Advance(script, "empty-becomes-consumer", epoch: 0);
        Describe(script, "empty-is-consumer", "empty");
        young.Advance(script, "empty-ends", epoch: -1);
    }

    /// <summary>A stable classic group of one.</summary>
    private static void Begin(Script script, GroupMember member, params int[] partitions)
    {
        member.Join(script, $"{member.Name}-as-new", asNew: true);
        member.Join(script, $"{member.Name}-joins");
        member.Sync(script, $"{member.Name}-syncs", default, (member, partitions));
    }

    private static void Pause(Script script) => script.Prepare("pause", _ => Task.Delay(AssignmentPause));

    private static void Describe(Script script, string group) => Describe(script, $"{group}-describe", group);

    private static void Describe(Script script, string name, string group) => script.Look(
        name, Script.LatestOf(ApiKey.ConsumerGroupDescribe), _ => new ConsumerGroupDescribeRequest { GroupIds = [group] });

    private static void DescribeClassic(Script script, string name, string group) => script.Look(
        name, Script.LatestOf(ApiKey.DescribeGroups), _ => new DescribeGroupsRequest { Groups = [group] });
}
