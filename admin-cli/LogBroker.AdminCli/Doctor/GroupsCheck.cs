using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether groups keep up, and keep still.</summary>
internal sealed class GroupsCheck : IDoctorCheck
{
    public string Name => "groups";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        IReadOnlyList<GroupListing> groups = await patient.Admin.Groups.ListAsync(types: [GroupType.Classic, GroupType.Consumer], cancellationToken: cancelled);
        Task<IReadOnlyDictionary<string, int>> restless = new RestlessGroups(patient.Admin, patient.Time).FindAsync([.. groups.Select(group => group.GroupId)], cancelled);
        List<Finding> findings = await LateAsync(groups, patient, cancelled);
        findings.AddRange((await restless).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Finding(
            Name,
            Verdict.Warning,
            $"group {group.Key} rebalances over and over: at {group.Value} looks within some seconds it was another than before",
            "Its members may come back too late, or end and be started again: look at their logs, raise max.poll.interval.ms and session.timeout.ms, or give them static ids (group.instance.id).")));
        return findings.Count > 0 ? findings : [new Finding(Name, Verdict.Ok, $"{CountText.Of(groups.Count, "group")}, none late and none restless")];
    }

    /// <summary>Groups that are too far behind, and those of which that is not known.</summary>
    private async Task<List<Finding>> LateAsync(IReadOnlyList<GroupListing> groups, Patient patient, CancellationToken cancelled)
    {
        var findings = new List<Finding>();
        foreach (GroupListing group in groups)
        {
            try
            {
                GroupLag lag = await GroupLag.OfAsync(patient.Client, group.GroupId, patient.Time, patient.Patience, cancelled);
                if (Late(lag, patient.LateAfter) is { } late) findings.Add(late);
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
        return findings;
    }

    private Finding? Late(GroupLag lag, TimeSpan limit)
    {
        if (lag.AgeAtLeast is not { } age || age < limit) return null;
        string records = lag.Records is { } all
            ? CountText.Of(all, "record")
            : $"at least {CountText.Of(lag.Partitions.Sum(partition => partition.Records ?? 0), "record")}";
        string message = $"group {lag.Group.GroupId} is {records} and {TimeText.Of(age)} behind";
        return lag.Group.Members.Length == 0
            ? new Finding(Name, Verdict.Warning, $"{message}, and has no members", $"Start its consumers, or forget it: ./logbroker group delete {lag.Group.GroupId}")
            : new Finding(Name, Verdict.Warning, message, $"Add members up to the number of partitions, or look why each is slow: ./logbroker group watch {lag.Group.GroupId}");
    }
}
