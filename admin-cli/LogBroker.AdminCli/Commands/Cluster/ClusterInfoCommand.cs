using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Cluster;

/// <summary>Tells which brokers there are and what each keeps.</summary>
internal sealed class ClusterInfoCommand(CommandEnvironment environment) : VerbCommand("info", "Tell of the cluster and its brokers", environment)
{
    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ClusterState state = await ClusterState.OfAsync(context.Admin, cancelled);
        PartitionDescription[] partitions = [.. state.Topics.SelectMany(topic => topic.Partitions)];
        context.Results.Write(new Details()
            .Add("cluster-id", state.Cluster.ClusterId)
            .Add("controller", state.Cluster.ControllerId)
            .Add("topics", state.Topics.Count(topic => !topic.IsInternal))
            .Add("partitions", partitions.Length)
            .Add("brokers", new Listing<BrokerNode>(
                [.. state.Cluster.Brokers.OrderBy(broker => broker.Id)],
                new("broker", broker => broker.Id),
                new("host", broker => broker.Host),
                new("port", broker => broker.Port),
                new("rack", broker => broker.Rack),
                new("leads", broker => partitions.Count(partition => partition.LeaderId == broker.Id)),
                new("replicas", broker => partitions.Count(partition => partition.Replicas.Contains(broker.Id))),
                new("bytes", broker => Bytes(state.Directories, broker.Id), broker => SizeText.Of(Bytes(state.Directories, broker.Id))))));
        return ExitCodes.Done;
    }

    private static long? Bytes(AdminResults<int, IReadOnlyList<LogDirectory>> directories, int broker) =>
        directories.TryGetValue(broker, out IReadOnlyList<LogDirectory>? kept)
            ? kept.Sum(directory => directory.Replicas.Values.Sum(replica => replica.SizeInBytes))
            : null;
}
