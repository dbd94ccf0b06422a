using LogBroker.AdminCli.Tests.Commands;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.LogFiles;

/// <summary>The verbs of log as they are typed.</summary>
public sealed class LogCommandTests(WrittenPartition partition) : IClassFixture<WrittenPartition>
{
    private readonly CommandLineUnderTest _cli = new();

    [Fact]
    public async Task Verify_OfADataDirectoryThatIsNamedLikeAPartition_LooksAtThePartitionsInIt()
    {
        string data = Directory.CreateDirectory(Path.Combine(_cli.Home, "data-1")).FullName;
        string copy = partition.Copy();
        Directory.Move(copy, Path.Combine(data, "t-0"));

        Assert.StartsWith("t-0: 240 records in 24 batches", (await _cli.RunAsync($"log verify {data}")).Done().Error, StringComparison.Ordinal);
        Assert.StartsWith("t-0: 240 records", (await _cli.RunAsync($"log verify {data}/t-0/")).Done().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfADataDirectory_TellsOfFaultsAndTheSum()
    {
        (string copy, string other) = (partition.Copy(), partition.Copy());
        string data = Path.GetDirectoryName(copy)!;
        Directory.Move(other, Path.Combine(data, "u-0"));
        string last = Directory.GetFiles(copy, "*.log").Order().Last();
        using (FileStream log = File.OpenWrite(last)) log.SetLength(log.Length - 1);

        CommandResult failed = (await _cli.RunAsync($"log verify {data} -o table")).Failed();

        Assert.Equal("2 partitions: 470 records in 47 batches of 6 segments, 1 fault\n", failed.Error);
        Assert.Contains($"TornTail  t-0/{Path.GetFileName(last)} ", failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfAFolderWithoutPartitions_Fails()
    {
        string empty = Directory.CreateDirectory(Path.Combine(_cli.Home, "empty-1")).FullName;

        Assert.Contains("is no partition's folder", (await _cli.RunAsync($"log verify {empty}")).Failed().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_AfterATrim_FindsNoFault()
    {
        string copy = partition.Copy();
        await File.WriteAllTextAsync(Path.Combine(copy, "leader-epoch-checkpoint"), "0\n1\n0 15\n");
        await File.WriteAllTextAsync(Path.Combine(copy, "..", "log-start-offset-checkpoint"), "0\n1\nt 0 15\n");

        (await _cli.RunAsync($"log verify {copy}")).Done();

        File.Delete(Path.Combine(copy, "..", "log-start-offset-checkpoint"));
        Assert.Contains("WrongEpochs", (await _cli.RunAsync($"log verify {copy}")).Failed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfADamagedLastBatch_NamesNoLostFile()
    {
        string copy = partition.Copy();
        string first = Directory.GetFiles(copy, "*.log").Order().First();
        byte[] bytes = await File.ReadAllBytesAsync(first);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(first, bytes);

        string[] lines = (await _cli.RunAsync($"log verify {copy}")).Failed().Lines;

        Assert.Contains(lines, line => line.StartsWith("WrongChecksum\t", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("MissingOffsets\t", StringComparison.Ordinal));
    }

    [LogBrokerOnlyFact]
    public async Task Verify_WhileABrokerRuns_FindsNoFault()
    {
        ClientTarget target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("running");
        await target.ProduceAsync(topic, 100);

        CommandResult verified = (await _cli.RunAsync($"log verify {Path.Combine(target.Broker.DataDirectory, topic + "-0")}")).Done();

        Assert.StartsWith("A broker runs on ", verified.Error, StringComparison.Ordinal);
        Assert.Contains($"{topic}-0: 100 records in ", verified.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfASegmentFromAnOffset_ListsItsBatches()
    {
        string first = Directory.GetFiles(partition.Directory, "*.log").Order().First();

        string[] lines = (await _cli.RunAsync($"log inspect {first} --from 20 -n 2")).Done().Lines;

        Assert.Equal(["20\t29\t10", "30\t39\t10"], lines.Select(line => string.Join('\t', line.Split('\t').Take(3))));
    }

    [Fact]
    public async Task Inspect_OfAFolderWithoutSegments_Fails() =>
        Assert.Contains("is no partition's folder", (await _cli.RunAsync($"log inspect {_cli.Home}")).Failed().Error, StringComparison.Ordinal);

    [Fact]
    public async Task Inspect_OfAFewBatches_ReadsNoFurther()
    {
        string copy = partition.Copy();
        string[] segments = [.. Directory.GetFiles(copy, "*.log").Order(StringComparer.Ordinal)];
        byte[] bytes = await File.ReadAllBytesAsync(segments[1]);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(segments[1], bytes);

        Assert.Equal(3, (await _cli.RunAsync($"log inspect {copy} -n 3")).Done().Lines.Length);
        (await _cli.RunAsync($"log inspect {copy} --from {Path.GetFileNameWithoutExtension(segments[2]).TrimStart('0')}")).Done();
        (await _cli.RunAsync($"log inspect {copy}")).Failed();
    }
}
