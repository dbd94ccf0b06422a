using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;
using Xunit.Abstractions;

namespace LogBroker.Interop.Tests;

/// <summary>Runs after all other tests: Kafka's own tool reads every file of the logs they wrote.</summary>
[Collection(Collection)]
public sealed class SegmentFileTests(ITestOutputHelper output)
{
    public const string Collection = "segment files of all tests";

    private static readonly TimeSpan DumpLimit = TimeSpan.FromMinutes(10);

    // What the tool prints when a file is not as it should be; it exits with 0 all the same.
    private static readonly string[] Complaints =
    [
        "Mismatches in", "Non-consecutive offsets", "Found timestamp mismatch", "Found out of order timestamp",
        "isvalid: false", "Index timestamp of", "Could not", "Exception", "corrupt",
    ];

    [KafkaHomeFact]
    public async Task EveryFile_ReadByKafkasDumpTool_HasNoError()
    {
        await ClientInstallation.EnsureAsync();
        string[] files = [.. WrittenLogs.All.SelectMany(LogFilesUnder).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            output.WriteLine("No test of this run wrote a log.");
        }

        foreach (string[] some in files.Chunk(200))
        {
            ProcessCommand dump = KafkaTools.Tool(
                "kafka-dump-log.sh", "--deep-iteration", "--files", string.Join(',', some));
            ProcessOutcome outcome = (await ChildProcess.RunAsync(dump, timeLimit: DumpLimit)).Succeeded();
            string[] complaints = [.. outcome.Lines.Where(IsComplaint).Take(20)];
            Assert.True(complaints.Length == 0, string.Join('\n', complaints) + outcome.Errors);
            Assert.Equal(some.Length, outcome.Lines.Count(line => line.StartsWith("Dumping ", StringComparison.Ordinal)));
        }

        output.WriteLine($"{files.Length} files of {WrittenLogs.All.Count} data directories read without a complaint");
    }

    private static IEnumerable<string> LogFilesUnder(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(IsLogFile);

    private static bool IsLogFile(string path) =>
        Path.GetExtension(path) is ".log" or ".index" or ".timeindex" or ".txnindex" or ".snapshot"
        && Path.GetFileNameWithoutExtension(path) is { Length: 20 } name
        && name.All(char.IsAsciiDigit)
        && !IsLeftAside(Path.GetFileName(Path.GetDirectoryName(path)!));

    // What waits for its removal has no promise to keep; the metadata log is Kafka's own matter.
    private static bool IsLeftAside(string partition) =>
        partition.EndsWith("-delete", StringComparison.Ordinal) || partition == "__cluster_metadata-0";

    private static bool IsComplaint(string line) =>
        Complaints.Any(complaint => line.Contains(complaint, StringComparison.Ordinal));
}
