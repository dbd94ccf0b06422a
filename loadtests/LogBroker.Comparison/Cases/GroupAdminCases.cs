using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Listing, describing and deleting the groups that the other cases left.</summary>
internal static class GroupAdminCases
{
    public static void AddTo(Script script)
    {
        foreach (short version in Script.VersionsOf(ApiKey.ListGroups)) AddLists(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.DescribeGroups)) AddDescriptions(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.DeleteGroups)) AddDeletions(script, version);
    }

    private static void AddLists(Script script, short version)
    {
        script.Look("all", version, _ => new ListGroupsRequest());
        if (version < 4) return;
        string[][] states = [["Stable"], ["stable", "EMPTY"], ["Dead"], ["PreparingRebalance", "CompletingRebalance"], ["Nonsense"], [""]];
        foreach (string[] filter in states)
            script.Look($"states-{string.Join('-', filter)}", version, _ => new ListGroupsRequest { StatesFilter = [.. filter] });
        if (version < 5) return;
        string[][] types = [["classic"], ["Classic", "consumer"], ["consumer"], ["share"], ["nonsense"], [""]];
        foreach (string[] filter in types)
            script.Look($"types-{string.Join('-', filter)}", version, _ => new ListGroupsRequest { TypesFilter = [.. filter] });
        script.Look("states-and-types", version,
            _ => new ListGroupsRequest { StatesFilter = ["Empty"], TypesFilter = ["classic"] });
    }

    private static void AddDescriptions(Script script, short version)
    {
        script.Look("nowhere", version, _ => new DescribeGroupsRequest { Groups = ["nowhere-at-all"] });
        script.Look("empty-id", version, _ => new DescribeGroupsRequest { Groups = [""] });
        script.Look("none", version, _ => new DescribeGroupsRequest());
        script.Look("several", version, _ => new DescribeGroupsRequest { Groups = ["subscribed", "simple-8", "nowhere-at-all"] });
        if (version < 3) return;
        script.Look("with-operations", version, _ => new DescribeGroupsRequest
        {
            Groups = ["subscribed", "nowhere-at-all"],
            IncludeAuthorizedOperations = true,
        });
    }

    private static void AddDeletions(Script script, short version)
    {
        script.Change("nowhere", version, _ => new DeleteGroupsRequest { GroupsNames = ["nowhere-at-all"] });
        script.Change("none", version, _ => new DeleteGroupsRequest());
        script.Change("with-members", version, _ => new DeleteGroupsRequest { GroupsNames = ["subscribed"] });
        script.Change("several", version, _ => new DeleteGroupsRequest
        {
            GroupsNames = [$"simple-{4 + version}", "subscribed", $"life-{4 + version}"],
        });
        script.Change("twice", version,
            _ => new DeleteGroupsRequest { GroupsNames = [$"static-{6 + version}", $"static-{6 + version}"] });
        script.Change("empty-id", version, _ => new DeleteGroupsRequest { GroupsNames = [""] });
        script.Look("fetch-of-deleted", 9, peer => GroupRequests.Fetch(peer, 9, $"simple-{4 + version}", null));
        script.Look("describe-deleted", 6, _ => new DescribeGroupsRequest { Groups = [$"simple-{4 + version}"] });
    }
}
