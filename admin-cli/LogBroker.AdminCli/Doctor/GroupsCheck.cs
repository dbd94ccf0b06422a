using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether groups keep up, and keep still.</summary>
internal sealed class GroupsCheck : IDoctorCheck
{
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private const int Looks = 3;

    public string Name => "groups";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        IReadOnlyList<GroupListing> groups = await patient.Admin.Groups.ListAsync(types: [GroupType.Classic, GroupType.Consumer], cancellationToken: cancelled);
        var findings = new List<Finding>();
        foreach (GroupListing group in groups)
        {
            try
            {
                GroupLag lag = await GroupLag.OfAsync(patient.Client, group.GroupId, patient.Time, patient.Patience, cancelled);
                if (Late(lag) is { } late) findings.Add(late);
                if (lag.Unanswered.ToArray() is { Length: > 0 } unanswered)
                    findings.Add(new Finding(
                        Name,
                        Verdict.Warning,
                        $"how far group {group.GroupId} is behind in {string.Join(", ", unanswered.Select(partition => partition.Partition))} is not known: the leader does not tell",
                        "./logbroker cluster health"));
            }
            catch (Exception e) when (e is CommandException || (e is KafkaException gone && (Unknown.IsUnknownTopic(gone.ErrorCode) || gone.ErrorCode == ErrorCode.GroupIdNotFound)))
            {
                // It was deleted meanwhile, or a topic of it.
            }
            catch (KafkaException e) when (!FailureText.IsUnreachable(e))
            {
                findings.Add(new Finding(Name, Verdict.Problem, $"group {group.GroupId} cannot be asked: {e.Message}", "./logbroker cluster health"));
            }
        }
        findings.AddRange(await RestlessAsync(patient, cancelled));
        return findings.Count > 0 ? findings : [new Finding(Name, Verdict.Ok, $"{CountText.Of(groups.Count, "group")}, none late and none restless")];
    }

    private Finding? Late(GroupLag lag)
    {
        if (lag.AgeAtLeast is not { } age || age < LateAfter) return null;
        string records = lag.Records is { } all
            ? CountText.Of(all, "record")
            : $"at least {CountText.Of(lag.Partitions.Sum(partition => partition.Records ?? 0), "record")}";
        string message = $"group {lag.Group.GroupId} is {records} and {TimeText.Of(age)} behind";
        return lag.Group.Members.Length == 0
            ? new Finding(Name, Verdict.Warning, $"{message}, and has no members", $"Start its consumers, or forget it: ./logbroker group delete {lag.Group.GroupId}")
            : new Finding(Name, Verdict.Warning, message, $"Add members up to the number of partitions, or look why each is slow: ./logbroker group watch {lag.Group.GroupId}");
    }

    /// <summary>Groups that are found in a rebalance each time somebody looks.</summary>
    private async Task<IReadOnlyList<Finding>> RestlessAsync(Patient patient, CancellationToken cancelled)
    {
        HashSet<string>? restless = null;
        for (int look = 0; look < Looks && restless is not { Count: 0 }; look++)
        {
            if (look > 0) await Task.Delay(BetweenLooks, patient.Time, cancelled);
            IReadOnlyList<GroupListing> moving = await patient.Admin.Groups.ListAsync(
                [GroupState.PreparingRebalance, GroupState.CompletingRebalance, GroupState.Assigning, GroupState.Reconciling], cancellationToken: cancelled);
            IEnumerable<string> ids = moving.Select(group => group.GroupId);
            if (restless is null) restless = [.. ids];
            else restless.IntersectWith(ids);
        }
        return
        [
            .. (restless ?? []).Select(id => new Finding(
                Name, Verdict.Warning, $"group {id} was in a rebalance at {Looks} looks in a row", "Its members may be too slow to come back in time: raise max.poll.interval.ms and session.timeout.ms, or give them static ids (group.instance.id).")),
        ];
    }
}
