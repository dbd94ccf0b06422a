using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>What the cluster says it is.</summary>
internal sealed class VersionsCheck : IDoctorCheck
{
    public string Name => "versions";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        ClusterDescription cluster = await patient.Admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        IReadOnlyDictionary<string, FeatureDescription> features = await patient.Admin.Cluster.DescribeFeaturesAsync(cancelled);
        FeatureDescription[] behind = [.. features.Values.Where(feature => feature.FinalizedLevel is { } level && level < feature.SupportedMax)];
        string message = $"cluster {cluster.ClusterId} of {CountText.Of(cluster.Brokers.Length, "broker")}, {CountText.Of(features.Count, "feature")}";
        return behind.Length == 0
            ? [new Finding(Name, Verdict.Ok, message)]
            : [new Finding(Name, Verdict.Ok, $"{message}; not at their highest level: {string.Join(", ", behind.Select(feature => $"{feature.Name} {feature.FinalizedLevel} of {feature.SupportedMax}"))}")];
    }
}
