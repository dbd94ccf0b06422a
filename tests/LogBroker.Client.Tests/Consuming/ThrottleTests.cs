using LogBroker.Client.Tests.Faults;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Fetch answers that ask for silence (KIP-219): the client keeps it, on that connection and no other.</summary>
public sealed class ThrottleTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Read_TheBrokerAsksForSilence_FetchesNoSoonerAndDeliversAtOnce()
    {
        var time = new ManualTimeProvider();
        await using var cluster = new ScriptedCluster { Throttle = Silence };
        cluster.Log().Append(0, ["a"]);
        await using var client = cluster.NewClient(options => options with { TimeProvider = time });
        await using var consumer = client.CreateConsumer<string, string>(
            null, Filling.FromStart() with { FetchMaxWait = TimeSpan.FromMilliseconds(1), CloseTimeout = TimeSpan.FromSeconds(1) });
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        await Filling.UntilAsync(time, TimeSpan.FromMilliseconds(100), () => cluster.FetchesFrom(1) == 1, "it is fetched");

        Assert.Equal("a", (await Filling.ReadAsync(consumer, 1))[0].Value); // It is not kept from the reader.
        await Filling.UntilAsync(() => time.HasTimerIn(Silence), "the silence is kept");
        time.Advance(Silence - TimeSpan.FromSeconds(1));
        await consumer.SeekToEndAsync([Filling.At(ScriptedCluster.Topic)]).WaitAsync(Filling.Patience); // Other lanes are not silent, and this one is.
        Assert.Equal(1, cluster.FetchesFrom(1));

        time.Advance(TimeSpan.FromSeconds(2));
        await Filling.UntilAsync(time, TimeSpan.FromMilliseconds(100), () => cluster.FetchesFrom(1) >= 2, "it is fetched again");
    }
}
