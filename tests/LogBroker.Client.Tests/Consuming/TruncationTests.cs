using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Logs that are cut off and written anew behind a reader's back (KIP-320).</summary>
public sealed class TruncationTests
{
    private static readonly ConsumerOptions Options = Filling.FromStart() with { FetchMaxWait = TimeSpan.FromMilliseconds(100) };

    [KafkaOnlyFact]
    public Task Read_TheBrokerComesBackWithoutItsLatest_GoesOnWhereTheLogsPart() => ReadOverLossAsync(resets: true);

    [KafkaOnlyFact]
    public Task Read_TheBrokerComesBackWithoutItsLatest_WithoutAResetSaysSo() => ReadOverLossAsync(resets: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_AFetchTellsWhereTheLogParts_IsNoticed(bool resets)
    {
        await using var cluster = new ScriptedCluster { Leader = (1, 3) };
        cluster.Log().Append(3, ["a", "b"]);
        cluster.Log().Append(3, ["c", "d"]);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(
            null, Options with { OffsetReset = resets ? OffsetReset.Latest : OffsetReset.None });
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        await consumer.SeekAsync(Filling.At(ScriptedCluster.Topic), new Offset(0));
        await Filling.ReadAsync(consumer, 4);

        cluster.Log().Truncate(2);
        cluster.Log().Append(5, ["e", "f"]);
        cluster.Decide = (_, asked) => asked.LastFetchedEpoch == 3 && asked.FetchOffset > 2
            ? new() { DivergingEpoch = new() { Epoch = 3, EndOffset = 2 } }
            : null;

        if (!resets)
        {
            var failure = await Assert.ThrowsAsync<LogTruncationException>(() => Filling.ReadAsync(consumer, 1));
            Assert.Equal((4, new OffsetAndMetadata(new Offset(2), new LeaderEpoch(3))), (failure.Position.Value, failure.Divergence));
            await consumer.SeekAsync(failure.TopicPartition, new Offset(2));
        }
        Assert.Equal(["e", "f"], (await Filling.ReadAsync(consumer, 2)).Select(record => record.Value));
    }

    /// <summary>What was fetched ahead and is gone was never the reader's to miss.</summary>
    [Fact]
    public async Task Read_OnlyWhatWasFetchedAheadIsGone_IsReadAnewWithoutAWord()
    {
        await using var cluster = new ScriptedCluster { Leader = (1, 3) };
        cluster.Log().Append(3, ["a", "b"]);
        cluster.Log().Append(3, ["c", "d"]);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Options with { OffsetReset = OffsetReset.None });
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        await consumer.SeekAsync(Filling.At(ScriptedCluster.Topic), new Offset(0));
        await Filling.ReadAsync(consumer, 1);
        await Filling.UntilAsync(() => LastFetch(cluster)?.FetchOffset == 4, "all was fetched");

        cluster.Log().Truncate(2);
        cluster.Log().Append(5, ["e"]);
        cluster.EndOf = _ => (3, 2);
        cluster.Leader = (1, 5);
        await client.Cluster.Metadata.RefreshAsync(default);
        await Filling.UntilAsync(() => LastFetch(cluster) is { CurrentLeaderEpoch: 5, FetchOffset: < 4 }, "it is fetched again");

        Assert.Equal(["b", "e"], (await Filling.ReadAsync(consumer, 2)).Select(record => record.Value));
    }

    /// <summary>The answer tells of the position as it was when the leader was asked, and a fetch may be under way meanwhile.</summary>
    [Fact]
    public async Task Read_AFetchIsAnsweredWhileTheLeaderIsAsked_ReadsNothingTwice()
    {
        await using var cluster = new ScriptedCluster(partitions: 2) { Leader = (1, 3) };
        cluster.Log().Append(3, ["a", "b"]);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster[1].AnswerLater<OffsetForLeaderEpochRequest>(async (_, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
            return EndOfEpoch(3, offset: 2);
        });
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Options with { FetchMaxWait = Filling.Patience });
        consumer.Assign(Filling.At(ScriptedCluster.Topic), Filling.At(ScriptedCluster.Topic, 1));
        await Filling.ReadAsync(consumer, 2);
        await Filling.UntilAsync(() => LastFetch(cluster)?.FetchOffset == 2, "a fetch waits for more");

        cluster.Leader = (1, 5);
        await client.Cluster.Metadata.RefreshAsync(default);
        await asked.Task.WaitAsync(Filling.Patience);
        int fetches = cluster.FetchesFrom(1);
        var reading = Filling.ReadAsync(consumer, 4);
        cluster.Log().Append(5, ["c", "d"]);
        await Filling.UntilAsync(() => cluster.FetchesFrom(1) > fetches, "the fetch that waited was answered");
        answer.SetResult();
        cluster.Log(1).Append(5, ["other"]); // Ends the next fetch, which is of the other partition.
        await Filling.UntilAsync(() => LastFetch(cluster) is { Partition: 0, FetchOffset: 4 }, "it reads on");
        cluster.Log().Append(5, ["e"]);

        Assert.Equal(["c", "d", "e"], (await reading).Select(record => record.Value).Where(value => value != "other"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_TheCommittedEpochIsUnknownToTheLeader_IsReset(bool resets)
    {
        await using var cluster = NewGroupCluster();
        cluster.EndOf = _ => (-1, -1);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(
            "g", Options with { OffsetReset = resets ? OffsetReset.Earliest : OffsetReset.None, AutoCommit = false });
        consumer.Assign(Filling.At(ScriptedCluster.Topic));

        if (resets)
        {
            Assert.Equal("a", (await Filling.ReadAsync(consumer, 1))[0].Value);
            return;
        }
        var failure = await Assert.ThrowsAsync<LogTruncationException>(() => Filling.ReadAsync(consumer, 1));
        Assert.Equal((2, null), (failure.Position.Value, failure.Divergence));
    }

    [Fact]
    public async Task Read_FromACommittedOffset_HoldsItsEpochAgainstTheLog()
    {
        await using var cluster = NewGroupCluster();
        cluster.EndOf = asked => (asked.LeaderEpoch, 1);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>("g", Options with { AutoCommit = false });
        consumer.Assign(Filling.At(ScriptedCluster.Topic));

        var record = (await Filling.ReadAsync(consumer, 1))[0];

        Assert.Equal((1, "b"), (record.Offset.Value, record.Value)); // Committed was 2, and the epoch of that ends at 1.
        var asked = cluster[1].Requests.Select(request => request.Request).OfType<OffsetForLeaderEpochRequest>().First();
        Assert.Equal((7, 9), (asked.Topics[0].Partitions[0].LeaderEpoch, asked.Topics[0].Partitions[0].CurrentLeaderEpoch));
    }

    /// <summary>The real thing: a broker comes back on older data, as after a restored backup or a lost disk cache. Ours does not begin a new
    /// epoch when it starts, and so cannot tell.</summary>
    private static async Task ReadOverLossAsync(bool resets)
    {
        await using var target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("truncated");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        await target.StopAsync();
        using var earlier = target.KeepData();
        await target.StartAgainAsync();
        await using var consumer = client.CreateConsumer<string, string>(
            null, Options with { OffsetReset = resets ? OffsetReset.Earliest : OffsetReset.None });
        consumer.Assign(Filling.At(topic));
        await consumer.SeekToBeginningAsync([Filling.At(topic)]);
        await Filling.FillAsync(client, topic, 10, first: 10);
        Assert.Equal("v19", (await Filling.ReadAsync(consumer, 20))[^1].Value);

        await target.StopAsync();
        earlier.Restore();
        for (int round = 0; round < 3; round++) // So that its epoch is later than the one that is gone.
        {
            await target.StartAgainAsync();
            if (round < 2) await target.StopAsync();
        }
        await Filling.FillAsync(client, topic, 20, first: 100);

        if (!resets)
        {
            var failure = await Assert.ThrowsAsync<LogTruncationException>(() => Filling.ReadAsync(consumer, 1));
            Assert.Equal((Filling.At(topic), 20, 10), (failure.TopicPartition, failure.Position.Value, failure.Divergence?.Offset.Value));
            Assert.Contains($"{Filling.At(topic)}", failure.Message, StringComparison.Ordinal);
            await consumer.SeekAsync(failure.TopicPartition, failure.Divergence!.Value.Offset);
        }
        var records = await Filling.ReadAsync(consumer, 20);
        Assert.Equal((10, "v100"), (records[0].Offset.Value, records[0].Value));
        Assert.Equal((29, "v119"), (records[^1].Offset.Value, records[^1].Value));
    }

    /// <summary>A group has committed offset 2 in epoch 7.</summary>
    private static ScriptedCluster NewGroupCluster()
    {
        var cluster = new ScriptedCluster { Leader = (1, 9) };
        cluster.Log().Append(7, ["a", "b", "c"]);
        cluster.Coordinate();
        cluster[1].Answer<OffsetFetchRequest>((request, _) => ScriptedCluster.Committed(request, offset: 2, epoch: 7));
        return cluster;
    }

    private static OffsetForLeaderEpochResponse EndOfEpoch(int epoch, long offset) => new()
    {
        Topics = [new() { Topic = ScriptedCluster.Topic, Partitions = [new() { LeaderEpoch = epoch, EndOffset = offset }] }],
    };

    private static FetchRequest.FetchPartition? LastFetch(ScriptedCluster cluster) => cluster[1].Requests
        .Select(request => request.Request).OfType<FetchRequest>().LastOrDefault()?.Topics.FirstOrDefault()?.Partitions[0];
}
