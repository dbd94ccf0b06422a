using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Hosting;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Serving;

public sealed class DataDirectoryTests
{
    [Fact]
    public async Task Start_OneLogUnreadable_ServesTheOthers()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        Guid broken = await broker.CreateTopicAsync("broken");
        Guid healthy = await broker.CreateTopicAsync("healthy");
        await broker.SendAsync(Requests.Produce(broken, Requests.Batch("a")));
        await broker.SendAsync(Requests.Produce(healthy, Requests.Batch("b")));
        await broker.StopAsync();
        string log = Path.Combine(broker.DataDirectory, "broken-0", "00000000000000000000.log");
        File.Delete(log);
        Directory.CreateDirectory(log);

        await broker.RestartAsync();

        Assert.Equal(
            ErrorCode.KafkaStorageError,
            (await broker.SendAsync(Requests.Produce(broken, Requests.Batch("c")))).Only().ErrorCode);
        Assert.Equal(
            ErrorCode.KafkaStorageError, (await broker.SendAsync(Requests.Fetch(broken))).Only().ErrorCode);
        Assert.Equal(1, (await broker.SendAsync(Requests.Produce(healthy, Requests.Batch("d")))).Only().BaseOffset);
        DescribeLogDirsResponse described = await broker.SendAsync(new DescribeLogDirsRequest { Topics = null });
        Assert.Equal(ErrorCode.KafkaStorageError, Assert.Single(described.Results).ErrorCode);
    }

    [Fact]
    public async Task Start_OnePartitionOfTheGroupsUnreadable_IsReadyAndServesTheOtherGroups()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("offsets.topic.num.partitions", "2"));
        await broker.CreateTopicAsync("t");
        await CommitAsync(broker, "f"); // kept in partition 0
        await CommitAsync(broker, "g"); // kept in partition 1
        await broker.StopAsync();
        string log = Path.Combine(broker.DataDirectory, "__consumer_offsets-0", "00000000000000000000.log");
        File.Delete(log);
        Directory.CreateDirectory(log);

        await broker.RestartAsync();

        await CommitAsync(broker, "g");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await broker.ReadHttpAsync("/ready") != "ready\n") await Task.Delay(10, patience.Token);
        Assert.Equal(ErrorCode.NotCoordinator, await TryCommitAsync(broker, "f"));
    }

    [Fact]
    public async Task Start_OneLogDirectoryFails_TheOtherServes()
    {
        string file = Path.GetTempFileName();
        string good = Directory.CreateTempSubdirectory("logbroker-test-").FullName;
        try
        {
            await using TestBroker broker = await TestBroker.StartAsync(("log.dirs", $"{good},{file}/logs"));
            Guid topic = await broker.CreateTopicAsync("t");

            ProduceResponse produced = await broker.SendAsync(Requests.Produce(topic, Requests.Batch("a")));
            DescribeLogDirsResponse described = await broker.SendAsync(new DescribeLogDirsRequest { Topics = null });

            Assert.Equal(ErrorCode.None, produced.Only().ErrorCode);
            Assert.Equal(
                [(good, ErrorCode.None), ($"{file}/logs", ErrorCode.KafkaStorageError)],
                described.Results.Select(directory => (directory.LogDir, directory.ErrorCode)));
        }
        finally
        {
            File.Delete(file);
            Directory.Delete(good, recursive: true);
        }
    }

    [Fact]
    public async Task Start_DirectoryOfAnotherCluster_IsRefusedWithASentence()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        DescribeClusterResponse cluster = await broker.SendAsync(new DescribeClusterRequest());
        await broker.StopAsync();
        string path = Path.Combine(broker.DataDirectory, "meta.properties");
        string[] lines = await File.ReadAllLinesAsync(path);
        Assert.Contains($"cluster.id={cluster.ClusterId}", lines);
        Assert.Contains("version=1", lines);
        Assert.Contains(lines, line => line.StartsWith("directory.id=", StringComparison.Ordinal) && line.Length == 35);
        string elsewhere = KafkaUuid.ToText(Guid.NewGuid());
        await File.WriteAllLinesAsync(path, lines.Select(line => line.Replace(cluster.ClusterId, elsewhere, StringComparison.Ordinal)));

        StartFailedException refused = await Assert.ThrowsAsync<StartFailedException>(broker.RestartAsync);

        Assert.Contains(
            $"belongs to node {cluster.ControllerId} of cluster {elsewhere}, not to", refused.Message, StringComparison.Ordinal);
    }

    private static async Task CommitAsync(TestBroker broker, string group)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await TryCommitAsync(broker, group) != ErrorCode.None) await Task.Delay(10, patience.Token);
    }

    private static async Task<ErrorCode> TryCommitAsync(TestBroker broker, string group)
    {
        FindCoordinatorResponse found = await broker.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [group] }, 4);
        if (found.Coordinators[0].ErrorCode != ErrorCode.None) return found.Coordinators[0].ErrorCode;
        OffsetCommitResponse committed = await broker.SendAsync(
            new OffsetCommitRequest
            {
                GroupId = group,
                GenerationIdOrMemberEpoch = -1,
                Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 1, CommittedLeaderEpoch = -1 }] }],
            },
            9);
        return committed.Topics[0].Partitions[0].ErrorCode;
    }
}
