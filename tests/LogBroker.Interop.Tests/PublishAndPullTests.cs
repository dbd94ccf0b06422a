using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

[Collection(SharedBroker.Name)]
public sealed class PublishAndPullTests(BrokerFixture fixture)
{
    public static TheoryData<string, string> PublishersAndCodecs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (ForeignClient client in ForeignClients.All)
            {
                foreach (string codec in client.Codecs)
                {
                    pairs.Add(client.Name, codec);
                }
            }

            return pairs;
        }
    }

    [Theory, MemberData(nameof(PublishersAndCodecs))]
    public async Task Publish_ByOneClient_IsPulledByTheOthersExactly(string name, string codec)
    {
        ForeignClient publisher = ForeignClients.Named(name);
        IReadOnlyList<ForeignRecord> published = SampleRecords.For(publisher);
        string topic = await fixture.CreateTopicAsync("sample", partitions: 2);
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        await publisher.PublishAsync(fixture.Bootstrap, topic, 1, codec, published);

        foreach (ForeignClient puller in PullersFor(publisher, codec))
        {
            IReadOnlyList<PulledRecord> pulled = await puller.PullAsync(
                fixture.Bootstrap, topic, 1, StartPosition.Beginning, published.Count);
            AssertSame(published, pulled, before, $"{publisher.Name} -> {puller.Name}");
        }
    }

    /// <summary>Its own library, a C one and Java judge each case; the full run lets every client pull.</summary>
    private static IEnumerable<ForeignClient> PullersFor(ForeignClient publisher, string codec) =>
        ForeignClients.All.Where(client => client.Pulls
            && !client.UnreadableCodecs.Contains(codec)
            && (InteropEnvironment.IsFull
                || client == publisher || client == ForeignClients.LibrdkafkaC || client == ForeignClients.Java));

    private static void AssertSame(
        IReadOnlyList<ForeignRecord> published, IReadOnlyList<PulledRecord> pulled, long before, string path)
    {
        Assert.Equal(Enumerable.Range(0, published.Count).Select(i => (long)i), pulled.Select(p => p.Offset));
        foreach ((ForeignRecord sent, PulledRecord got) in published.Zip(pulled))
        {
            // A client that cannot set timestamps stamps the records itself, within the time of this test.
            long expectedTime = sent.Timestamp ?? got.Record.Timestamp!.Value;
            Assert.InRange(expectedTime, sent.Timestamp ?? before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            Assert.True(
                (sent with { Timestamp = expectedTime }).ToString() == got.Record.ToString(),
                $"{path}, offset {got.Offset}:\nsent {sent}\ngot  {got.Record}");
        }
    }
}
