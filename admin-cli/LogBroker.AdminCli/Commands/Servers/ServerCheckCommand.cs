using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Servers;

/// <summary>Asks whether a broker is well: for monitoring, by its exit code.</summary>
internal sealed class ServerCheckCommand : VerbCommand
{
    private readonly Option<double?> _latency = new("--max-latency") { Description = "Milliseconds an answer may take", HelpName = "milliseconds" };

    public ServerCheckCommand(CommandEnvironment environment)
        : base("check", "Ask whether a broker is well; ends with 1 when it is not", environment) => Add(_latency);

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        TimeProvider time = context.Environment.Time;
        await context.Admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        long asked = time.GetTimestamp();
        ClusterDescription cluster = await context.Admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        double latency = Math.Round(time.GetElapsedTime(asked).TotalMilliseconds, 1);
        ClusterHealth health = await ClusterHealth.OfAsync(context.Admin, cancelled);
        bool isSlow = latency > (parsed.GetValue(_latency) ?? double.MaxValue);
        bool isWell = health.IsHealthy && !isSlow;
        context.Results.Write(new Details()
            .Add("status", isWell ? "ok" : Outcomes.Failed, tone: isWell ? Tone.Good : Tone.Bad)
            .Add("cluster-id", cluster.ClusterId)
            .Add("latency-ms", latency)
            .Add("slow", isSlow)
            .Add("brokers", health.Brokers)
            .Add("offline-partitions", health.Offline.Count)
            .Add("under-replicated-partitions", health.UnderReplicated.Count)
            .Add("failed-log-directories", health.FailedDirectories.Count));
        return isWell ? ExitCodes.Done : ExitCodes.Failed;
    }
}
