using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>A refusal that names the new leader moves the client at once (KIP-951), whatever metadata says.</summary>
public sealed class LeaderChangeTests
{
    private static readonly ConsumerOptions Options = Filling.FromStart() with { FetchMaxWait = TimeSpan.FromMilliseconds(100) };

    /// <summary>So slow that a client that waits for it, or for another look at metadata, is found out.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower)]
    [InlineData(ErrorCode.FencedLeaderEpoch)]
    public async Task Fetch_RefusalNamesTheLeader_IsThereAtOnce(ErrorCode refusal)
    {
        await using var cluster = new ScriptedCluster { Refusal = refusal, Told = (1, 0) };
        cluster.Log().Append(0, ["a"]);
        await using var client = cluster.NewClient(options => options with { RetryBackoff = Slow, RetryBackoffMax = Slow });
        await using var consumer = client.CreateConsumer<string, string>(null, Options);
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        await Filling.ReadAsync(consumer, 1);
        int asked = cluster[1].CountOf(ApiKey.Metadata) + cluster[2].CountOf(ApiKey.Metadata);

        cluster.Named = (2, 1);
        cluster.Leader = (2, 1);
        cluster.Log().Append(1, ["b"]);
        var read = await Filling.ReadAsync(consumer, 1).WaitAsync(Slow / 2);

        Assert.Equal("b", read[0].Value);
        Assert.Equal(asked, cluster[1].CountOf(ApiKey.Metadata) + cluster[2].CountOf(ApiKey.Metadata));
    }

    [Fact]
    public async Task Fetch_RefusalNamesAnOlderLeader_StaysWithTheNewer()
    {
        await using var cluster = new ScriptedCluster { Leader = (1, 5) };
        cluster.Log().Append(5, ["a"]);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Options);
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        await Filling.ReadAsync(consumer, 1);
        int refused = 0;
        cluster.Named = (2, 4);
        cluster.Decide = (nodeId, asked) => nodeId == 1 && Interlocked.Increment(ref refused) <= 3
            ? new() { ErrorCode = ErrorCode.NotLeaderOrFollower, CurrentLeader = new() { LeaderId = 2, LeaderEpoch = 4 } }
            : null;

        cluster.Log().Append(5, ["b"]);

        Assert.Equal("b", (await Filling.ReadAsync(consumer, 1))[0].Value);
        Assert.Equal(0, cluster.FetchesFrom(2));
    }
}
