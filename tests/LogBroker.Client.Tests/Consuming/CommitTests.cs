using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>What is committed, when.</summary>
public sealed class CommitTests
{
    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Close_WithAutoCommit_CommitsWhatIsDoneAndNoMore(GroupProtocol protocol)
    {
        var (target, topic, group) = await PrepareAsync(100);
        await using var client = target.NewClient();
        await using (var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart(protocol)))
        {
            consumer.Subscribe(topic);
            await Filling.ReadAsync(consumer, 10);
        }

        Assert.Equal(new Offset(9), await CommittedAsync(client, group, topic)); // The tenth was in work when the loop was left.
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Commit_ByHand_CommitsTheCurrentRecordToo(GroupProtocol protocol)
    {
        var (target, topic, group) = await PrepareAsync(100);
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart(protocol) with { AutoCommit = false });
        consumer.Subscribe(topic);
        var records = await Filling.ReadAsync(consumer, 10);

        await consumer.CommitAsync();
        Assert.Equal(new Offset(10), await CommittedAsync(client, group, topic));
        await consumer.CommitAsync(records[4]);
        Assert.Equal(new Offset(5), await CommittedAsync(client, group, topic));
        await consumer.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [Filling.At(topic)] = new(new Offset(7), null, "note") });
        var committed = await consumer.CommittedAsync([Filling.At(topic)]);
        Assert.Equal((new Offset(7), "note"), (committed[Filling.At(topic)].Offset, committed[Filling.At(topic)].Metadata));
    }

    [Fact]
    public async Task Commit_OfOffsetsTheCallerChangesMeanwhile_CommitsWhatWasGiven()
    {
        var (target, topic, group) = await PrepareAsync(10);
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart() with { AutoCommit = false });
        consumer.Subscribe(topic);
        await Filling.ReadAsync(consumer, 5);
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [Filling.At(topic)] = new(new Offset(3)) };

        var committing = consumer.CommitAsync(offsets);
        offsets.Clear();
        await committing;

        Assert.Equal(new Offset(3), await CommittedAsync(client, group, topic));
    }

    [Fact]
    public async Task Close_AfterTheRecordInWorkWasCommittedByHand_DoesNotTakeItBack()
    {
        var (target, topic, group) = await PrepareAsync(100);
        await using var client = target.NewClient();
        await using (var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart()))
        {
            consumer.Subscribe(topic);
            await consumer.CommitAsync((await Filling.ReadAsync(consumer, 10))[^1]);
        }

        Assert.Equal(new Offset(10), await CommittedAsync(client, group, topic));
    }

    [Fact]
    public async Task Close_AfterASeekBackwards_CommitsWhatIsDoneSince()
    {
        var (target, topic, group) = await PrepareAsync(100);
        await using var client = target.NewClient();
        await using (var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart()))
        {
            consumer.Subscribe(topic);
            await consumer.CommitAsync((await Filling.ReadAsync(consumer, 10))[^1]);
            await consumer.SeekAsync(Filling.At(topic), new Offset(2));
            await Filling.ReadAsync(consumer, 3);
        }

        Assert.Equal(new Offset(4), await CommittedAsync(client, group, topic));
    }

    [Fact]
    public async Task Commit_OnAnInterval_ComesByItself()
    {
        var (target, topic, group) = await PrepareAsync(100);
        await using var client = target.NewClient();
        var options = Filling.FromStart() with { AutoCommitInterval = TimeSpan.FromMilliseconds(50) };
        await using var consumer = client.CreateConsumer<string, string>(group, options);
        consumer.Subscribe(topic);
        using var limit = new CancellationTokenSource(Filling.Patience);
        await using var records = consumer.ReadAsync(limit.Token).GetAsyncEnumerator();
        for (int index = 0; index < 50; index++) await records.MoveNextAsync();
        while (await CommittedAsync(client, group, topic) != new Offset(49)) await Task.Delay(20, limit.Token);
    }

    [Fact]
    public async Task Restart_AfterCommit_GoesOnThere()
    {
        var (target, topic, group) = await PrepareAsync(100);
        await using var client = target.NewClient();
        for (int round = 0; round < 3; round++)
        {
            await using var consumer = client.CreateConsumer<string, string>(
                group, Filling.FromStart(GroupProtocol.Classic) with { AutoCommit = false });
            consumer.Subscribe(topic);
            var records = await Filling.ReadAsync(consumer, 20);
            Assert.Equal(Enumerable.Range(round * 20, 20).Select(index => $"v{index}"), records.Select(record => record.Value));
            await consumer.CommitAsync();
        }
    }

    [Fact]
    public async Task Commit_OfAssignedPartitions_NeedsNoMembership()
    {
        var (target, topic, group) = await PrepareAsync(10);
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart() with { AutoCommit = false });
        consumer.Assign(Filling.At(topic));
        await Filling.ReadAsync(consumer, 4);
        await consumer.CommitAsync();

        Assert.Equal(new Offset(4), await CommittedAsync(client, group, topic));
    }

    [Fact]
    public async Task Commit_WithoutAGroup_IsRefused()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null);
        await Assert.ThrowsAsync<InvalidOperationException>(() => consumer.CommitAsync());
        Assert.Throws<InvalidOperationException>(() => consumer.Subscribe("x"));
    }

    [Fact]
    public async Task Dispose_WhileTheBrokerIsGone_EndsWithinTheCloseTimeout()
    {
        await using var target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("gone");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        var consumer = client.CreateConsumer<string, string>(
            ClientTarget.NewName("gone"), Filling.FromStart() with { CloseTimeout = TimeSpan.FromSeconds(1) });
        consumer.Subscribe(topic);
        await Filling.ReadAsync(consumer, 5);
        await target.StopAsync();

        await consumer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Dispose_WhileSomebodyReads_EndsTheReading()
    {
        var (target, topic, group) = await PrepareAsync(0);
        await using var client = target.NewClient();
        var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart());
        consumer.Subscribe(topic);
        var reading = Filling.ReadAsync(consumer, 1);
        await Filling.UntilAsync(() => consumer.Assignment.Count == 1, "it reads");
        await consumer.DisposeAsync().AsTask().WaitAsync(Filling.Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    private static async Task<(ClientTarget Target, string Topic, string Group)> PrepareAsync(int records)
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("commit");
        await using var client = target.NewClient();
        if (records > 0) await Filling.FillAsync(client, topic, records);
        return (target, topic, ClientTarget.NewName("commit"));
    }

    private static async Task<Offset?> CommittedAsync(LogBrokerClient client, string group, string topic)
    {
        await using var reader = client.CreateConsumer<string, string>(group, new ConsumerOptions { AutoCommit = false });
        var committed = await reader.CommittedAsync([Filling.At(topic)]);
        return committed.TryGetValue(Filling.At(topic), out var offset) ? offset.Offset : null;
    }
}
