using System.CommandLine;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Commands.Cluster;

/// <summary>Tells whether all is well, and what is not; for scripts by its exit code.</summary>
internal sealed class ClusterHealthCommand : VerbCommand
{
    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Look again and again" };
    private readonly Option<bool> _untilHealthy = new("--exit-when-healthy", "-e") { Description = "Look again until all is well, then end" };
    private readonly Option<double> _interval = Seconds.Between(2);

    public ClusterHealthCommand(CommandEnvironment environment)
        : base("health", "Tell whether all is well; ends with 1 when it is not", environment)
    {
        Add(_watch);
        Add(_untilHealthy);
        Add(_interval);
        this.RefuseWhen(
            result => Contradictions.IsSaid(result, _watch) || Contradictions.IsSaid(result, _untilHealthy) ? null : $"without {_watch.Name} or {_untilHealthy.Name}", _interval);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        TimeSpan interval = TimeSpan.FromSeconds(parsed.GetValue(_interval));
        while (true)
        {
            bool isHealthy = false;
            try
            {
                ClusterHealth health = await ClusterHealth.OfAsync(context.Admin, cancelled);
                context.Results.Redraw(Document(health));
                isHealthy = health.IsHealthy;
            }
            catch (KafkaException e) when (parsed.GetValue(_untilHealthy) || parsed.GetValue(_watch))
            {
                // Whoever waits for a cluster waits for its start, too.
                context.Note(e.Message);
            }
            bool isOver = parsed.GetValue(_untilHealthy) ? isHealthy : !parsed.GetValue(_watch);
            if (isOver) return isHealthy ? ExitCodes.Done : ExitCodes.Failed;
            try
            {
                await Task.Delay(interval, context.Environment.Time, cancelled);
            }
            catch (OperationCanceledException) when (parsed.GetValue(_watch) && !parsed.GetValue(_untilHealthy))
            {
                // Ctrl-C is how watching ends.
                return isHealthy ? ExitCodes.Done : ExitCodes.Failed;
            }
        }
    }

    private static Details Document(ClusterHealth health) => new Details()
        .Add("healthy", health.IsHealthy, health.IsHealthy ? "yes" : "no", health.IsHealthy ? Tone.Good : Tone.Bad)
        .Add("brokers", health.Brokers)
        .Add("partitions", health.Partitions)
        .AddFaults("offline-partitions", Names(health.Offline), Tone.Bad)
        .AddFaults("under-replicated-partitions", Names(health.UnderReplicated), Tone.Warning)
        .AddFaults("failed-log-directories", [.. health.FailedDirectories.Select(directory => (JsonNode)directory)], Tone.Bad);

    private static JsonArray Names(IEnumerable<TopicPartition> partitions) => new([.. partitions.Select(partition => (JsonNode)partition.ToString())]);
}
