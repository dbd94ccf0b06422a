using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether every partition has a leader and all its replicas, and every directory works.</summary>
internal sealed class PartitionsCheck : IDoctorCheck
{
    private const int NamedMax = 5;

    public string Name => "partitions";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        ClusterHealth health = await ClusterHealth.OfAsync(patient.Admin, cancelled);
        List<Finding> findings =
        [
            .. health.MissingBrokers.Select(missing => new Finding(
                Name, Verdict.Problem, $"broker {missing.Broker} is not there, and is to keep {CountText.Of(missing.Partitions, "partition")}", "Start it; its log says why it is not up.")),
        ];
        if (health.Offline.Count > 0)
        {
            findings.Add(new Finding(
                Name, Verdict.Problem, $"{CountText.Of(health.Offline.Count, "partition")} {(health.Offline.Count == 1 ? "has" : "have")} no leader: {Names(health.Offline)}", "Start the brokers that keep them; their logs say why they are not up."));
        }
        if (health.UnderReplicated.Count > 0)
        {
            findings.Add(new Finding(
                Name, Verdict.Warning, $"{CountText.Of(health.UnderReplicated.Count, "partition")} {(health.UnderReplicated.Count == 1 ? "lacks" : "lack")} a replica: {Names(health.UnderReplicated)}", "Start the brokers that are down, or wait until they have caught up."));
        }
        findings.AddRange(health.FailedDirectories.Select(directory => new Finding(
            "data-directory", Verdict.Problem, directory, "Mend the disk and start the broker again; ./logbroker log verify DIRECTORY tells what is damaged.")));
        if (findings.Count == 0) findings.Add(new Finding(Name, Verdict.Ok, $"{CountText.Of(health.Partitions, "partition")} on {CountText.Of(health.Brokers, "broker")}, all with their leaders and replicas"));
        return findings;
    }

    /// <summary>The users' own first.</summary>
    private static string Names(IReadOnlyList<TopicPartition> partitions) =>
        string.Join(", ", partitions.OrderBy(partition => partition.Topic.StartsWith("__", StringComparison.Ordinal)).Take(NamedMax))
        + (partitions.Count > NamedMax ? $" and {partitions.Count - NamedMax} more" : "");
}
