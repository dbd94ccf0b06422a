using System.Diagnostics;

namespace LogBroker.Storage.Tests.Support;

/// <summary>A test that runs Apache Kafka's own tools; skipped with the reason when <c>KAFKA_HOME</c> is not set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaFactAttribute : FactAttribute
{
    public KafkaFactAttribute()
    {
        if (KafkaTools.Home is null) Skip = "KAFKA_HOME does not name an Apache Kafka with bin/kafka-dump-log.sh.";
    }
}

/// <summary>Apache Kafka's command line tools.</summary>
internal static class KafkaTools
{
    public static string? Home { get; } =
        Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } home
        && File.Exists(Path.Combine(home, "bin", "kafka-dump-log.sh")) ? home : null;

    /// <summary>What <c>kafka-dump-log.sh</c> says of files.</summary>
    public static string DumpLog(params string[] files)
    {
        var start = new ProcessStartInfo(Path.Combine(Home!, "bin", "kafka-dump-log.sh"))
        {
            ArgumentList = { "--deep-iteration", "--print-data-log", "--files", string.Join(',', files) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KAFKA_HEAP_OPTS"] = "-Xmx256m" },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string all = output + errors.Result;
        Assert.True(process.ExitCode == 0, all);
        return all;
    }
}
