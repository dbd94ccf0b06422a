using System.Text;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

[Collection(SharedBroker.Name)]
public sealed class StartPositionTests(BrokerFixture fixture)
{
    private const int Count = 10;
    private const long FirstTime = 1_700_000_000_000;
    private const int Step = 1000;

    public static TheoryData<string> Pullers => ForeignClients.WhereTrue(client => client.Pulls);

    public static TheoryData<string> Everyone => ForeignClients.WhereTrue(_ => true);

    [Theory, MemberData(nameof(Pullers))]
    public async Task Pull_FromOffset_StartsThere(string name)
    {
        string topic = await CreateFilledTopicAsync();

        IReadOnlyList<PulledRecord> pulled = await ForeignClients.Named(name)
            .PullAsync(fixture.Bootstrap, topic, 0, StartPosition.AtOffset(6), Count - 6);

        Assert.Equal([6L, 7, 8, 9], pulled.Select(record => record.Offset));
    }

    [Theory, MemberData(nameof(Pullers))]
    public async Task Pull_FromTime_StartsAtTheFirstRecordNotBeforeIt(string name)
    {
        string topic = await CreateFilledTopicAsync();
        StartPosition between = StartPosition.AtTime(FirstTime + (3 * Step) + 1);

        IReadOnlyList<PulledRecord> pulled = await ForeignClients.Named(name)
            .PullAsync(fixture.Bootstrap, topic, 0, between, Count - 4);

        Assert.Equal([4L, 5, 6, 7, 8, 9], pulled.Select(record => record.Offset));
    }

    [Theory, MemberData(nameof(Pullers))]
    public async Task Pull_FromEnd_SeesOnlyWhatComesAfter(string name)
    {
        string topic = await CreateFilledTopicAsync();
        ForeignRecord[] late = [ForeignRecord.OfText("late", "1"), ForeignRecord.OfText("late", "2")];

        IReadOnlyList<PulledRecord> pulled = await ForeignClients.Named(name).PullFromEndAsync(
            fixture.Bootstrap, topic, 0, late.Length,
            () => ForeignClients.LibrdkafkaC.PublishAsync(fixture.Bootstrap, topic, 0, "none", late));

        Assert.Equal([(10L, "1"), (11L, "2")], pulled.Select(p => (p.Offset, Encoding.UTF8.GetString(p.Record.Value!))));
    }

    [Theory, MemberData(nameof(Everyone))]
    public async Task FindOffset_AtBothEndsAndByTime_IsExact(string name)
    {
        ForeignClient client = ForeignClients.Named(name);
        string topic = await CreateFilledTopicAsync();

        Assert.Equal(0, await client.FindOffsetAsync(fixture.Bootstrap, topic, 0, "earliest"));
        Assert.Equal(Count, await client.FindOffsetAsync(fixture.Bootstrap, topic, 0, "latest"));
        Assert.Equal(7, await client.FindOffsetAsync(fixture.Bootstrap, topic, 0, $"time:{FirstTime + (7 * Step)}"));
        long late = await client.FindOffsetAsync(fixture.Bootstrap, topic, 0, $"time:{FirstTime + (Count * Step)}");
        Assert.Equal(client.AnswersEndForLateTime ? Count : -1, late);
    }

    private async Task<string> CreateFilledTopicAsync()
    {
        string topic = await fixture.CreateTopicAsync("start");
        IEnumerable<ForeignRecord> records = Enumerable.Range(0, Count).Select(
            i => ForeignRecord.OfText($"k{i}", $"v{i}") with { Timestamp = FirstTime + (i * Step) });
        await ForeignClients.LibrdkafkaC.PublishAsync(fixture.Bootstrap, topic, 0, "none", [.. records]);
        return topic;
    }
}
