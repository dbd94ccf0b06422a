using System.Diagnostics;
using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Telemetry;

/// <summary>Metrics for Apache Kafka with a receiver of ours in it, which reads them with OpenTelemetry's own classes.</summary>
public sealed class KafkaTelemetryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [KafkaOnlyFact]
    public async Task Push_ToKafkaWithAReceiver_IsUnderstood()
    {
        string directory = Directory.CreateTempSubdirectory("logbroker-client-telemetry-").FullName;
        string received = Path.Combine(directory, "received");
        await CompileAsync(directory);
        await using var kafka = new ProcessTarget(
            LoopbackPort.FindFree(),
            isKafka: true,
            [("metric.reporters", "TelemetryReceiver")],
            ("CLASSPATH", directory), ("TELEMETRY_FILE", received));
        await kafka.StartAsync();
        await WantMetricsAsync($"127.0.0.1:{kafka.Port}");
        var client = new LogBrokerClient($"127.0.0.1:{kafka.Port}");
        await using (client)
        {
            int nodeId = (await client.Cluster.Metadata.RefreshAsync(default)).Brokers.Keys.Single();
            var connection = await client.Cluster.ConnectAsync(nodeId, ConnectionLane.Produce, default);
            Assert.True(connection.Supports(ApiKey.PushTelemetry));
            await UntilAsync(() => Lines(received).Any(line => line.Contains("producer.connection.creation.total=sum:", StringComparison.Ordinal)));
        }
        await UntilAsync(() => Lines(received).Any(line => line.Contains(" true", StringComparison.Ordinal)));

        Assert.All(Lines(received), line => Assert.StartsWith(KafkaUuid.ToText(client.ClientInstanceId!.Value), line, StringComparison.Ordinal));
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>By a client of its own, since one that was told that nothing is wanted asks again after minutes.</summary>
    private static async Task WantMetricsAsync(string bootstrap)
    {
        await using var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [bootstrap], EnableMetricsPush = false });
        var all = ConfigResource.ClientMetrics("all");
        await client.Admin.Configs.AlterAsync(
            all, [ConfigChange.Set("interval.ms", "100"), ConfigChange.Set("metrics", "org.apache.kafka.producer.")]);
        using var limit = new CancellationTokenSource(Limit);
        while ((await client.Admin.Configs.DescribeAsync(all, limit.Token)).GetValueOrDefault("interval.ms")?.Value != "100")
            await Task.Delay(50, limit.Token);
    }

    private static async Task CompileAsync(string directory)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "Telemetry", "Java", "TelemetryReceiver.java");
        using var javac = Process.Start("javac", ["-cp", $"{ClientEnvironment.KafkaHome}/libs/*", "-d", directory, source]);
        await javac.WaitForExitAsync();
        Assert.Equal(0, javac.ExitCode);
    }

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition()) await Task.Delay(50, limit.Token);
    }
}
