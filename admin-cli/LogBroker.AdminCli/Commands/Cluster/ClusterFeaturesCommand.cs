using System.CommandLine;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Cluster;

/// <summary>Lists what the cluster's brokers have agreed on.</summary>
internal sealed class ClusterFeaturesCommand(CommandEnvironment environment)
    : VerbCommand("features", "List features: what the broker can do, and what the cluster has agreed on", environment)
{
    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        IReadOnlyDictionary<string, FeatureDescription> features = await context.Admin.Cluster.DescribeFeaturesAsync(cancelled);
        context.Results.Write(new Listing<FeatureDescription>(
            [.. features.Values.OrderBy(feature => feature.Name, StringComparer.Ordinal)],
            new("feature", feature => feature.Name),
            new("supported-min", feature => feature.SupportedMin),
            new("supported-max", feature => feature.SupportedMax),
            new("finalized", feature => feature.FinalizedLevel))
        {
            WhenEmpty = "The brokers tell of no feature.",
        });
        return ExitCodes.Done;
    }
}
