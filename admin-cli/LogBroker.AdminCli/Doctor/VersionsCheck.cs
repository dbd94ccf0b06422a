using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether all brokers offer the same, and the cluster has agreed on what all of them can do.</summary>
internal sealed class VersionsCheck : IDoctorCheck
{
    private const int NamedMax = 5;

    public string Name => "versions";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        ClusterDescription cluster = await patient.Admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        AdminResults<int, BrokerVersions> brokers = await patient.Admin.Cluster.DescribeVersionsAsync(cancellationToken: cancelled);
        Finding[] found =
        [
            .. brokers.Failures.Select(failure => new Finding(Name, Verdict.Warning, failure.Value.Message, "./logbroker cluster info")),
            .. Compare(brokers.Values),
        ];
        if (found.Any(finding => finding.Verdict == Verdict.Warning)) return found;
        int features = brokers.Values.Values.Max(broker => broker.Features.Count);
        string alike = brokers.Values.Count == 1 ? "" : ", all of which offer the same";
        return [new Finding(Name, Verdict.Ok, $"cluster {cluster.ClusterId} of {CountText.Of(brokers.Values.Count, "broker")}{alike}; {CountText.Of(features, "feature")}"), .. found];
    }

    /// <summary>What there is to say of what brokers offer.</summary>
    public IEnumerable<Finding> Compare(IReadOnlyDictionary<int, BrokerVersions> brokers)
    {
        foreach (VersionMix mix in VersionMix.Of(brokers))
        {
            string more = mix.Differences.Count > NamedMax ? $"; and {mix.Differences.Count - NamedMax} more" : "";
            yield return new Finding(
                Name,
                Verdict.Warning,
                $"{Named(mix.Brokers)} {(mix.Brokers.Count == 1 ? "is" : "are")} of another version than {Named(mix.Others)}: {string.Join("; ", mix.Differences.Take(NamedMax))}{more}",
                "Bring all brokers to one version: clients meet what only some of them can do.");
        }
        foreach (IGrouping<string, FeatureDescription> feature in brokers.Values.SelectMany(broker => broker.Features.Values).GroupBy(feature => feature.Name).OrderBy(feature => feature.Key, StringComparer.Ordinal))
        {
            short all = feature.Min(told => told.SupportedMax);
            if (feature.Count() < brokers.Count || feature.Max(told => told.FinalizedLevel) is not { } level || level >= all) continue;
            yield return new Finding(
                Name,
                Verdict.Ok,
                $"the cluster has agreed on level {level} of feature {feature.Key}, and all brokers can do {all}",
                $"When no broker is to go back to an older version: kafka-features.sh upgrade --feature {feature.Key}={all}");
        }
    }

    private static string Named(IReadOnlyList<int> brokers) => $"broker{(brokers.Count == 1 ? "" : "s")} {string.Join(", ", brokers)}";
}
