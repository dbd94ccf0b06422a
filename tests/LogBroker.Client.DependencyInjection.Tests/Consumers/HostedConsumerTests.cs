using System.Collections.Concurrent;
using System.Text;
using LogBroker.Protocol.Records;
using LogBroker.Testing;

namespace LogBroker.Client.DependencyInjection.Tests.Consumers;

/// <summary>A consumer that runs with the host: scopes, order, commits, restarts.</summary>
public sealed class HostedConsumerTests
{
    [Fact]
    public async Task Handler_GetsTheRecordInAScopeOfItsOwn()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(broker);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        await host.ProduceAsync(new ProducerRecord<string, string?>("orders", "a", "1")
        {
            Timestamp = time,
            Headers = [new RecordHeader("trace", "x"u8.ToArray())],
        });
        await host.ProduceAsync("b", "2");

        List<ReceivedRecord<string, string>> handled = await host.Orders.NextAsync(2);
        await host.StopAsync();

        ReceivedRecord<string, string> first = handled.Single(record => record.Key == "a");
        Assert.Equal(("orders", "1", 0, 0L, 1), (first.Topic, first.Value, first.Partition, first.Offset, first.Attempt));
        Assert.Equal(time, first.Timestamp);
        Assert.Equal("x", Encoding.UTF8.GetString(Assert.Single(first.Headers).Value!.Value.Span));
        Assert.Equal([1, 1], host.EndedScopes);
    }

    [Fact]
    public async Task Host_StartedAgain_GoesOnBehindWhatWasHandled()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using (ConsumerHost first = await ConsumerHost.StartAsync(broker))
        {
            await first.ProduceAsync("a", "1");
            await first.Orders.NextAsync();
        }
        await using ConsumerHost second = await ConsumerHost.StartAsync(broker);
        await second.ProduceAsync("a", "2");

        Assert.Equal("2", (await second.Orders.NextAsync()).Value);
    }

    [Fact]
    public async Task RetryInPlace_HoldsTheKeyBackAndLetsOthersGoOn()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.RetryInPlace(TimeSpan.Zero, TimeSpan.Zero).Handle(options => options with { Parallelism = 64 }),
            orders => orders.OnTry = async (record, _) =>
            {
                if (record is not { Value: "1", Attempt: < 3 }) return;
                await released.Task;
                throw new InvalidOperationException("not yet");
            });
        await host.ProduceAsync("a", "1");
        await host.ProduceAsync("a", "2");
        // Chance may put a key or two into the lane of the first, but not all.
        for (int key = 0; key < 12; key++) await host.ProduceAsync($"b{key}", "3");

        var before = new List<string>();
        while (!before.Contains("1") || !before.Contains("3")) before.Add((await host.Orders.NextAsync()).Value);
        Assert.Single(before, "1");
        Assert.DoesNotContain("2", before);
        released.SetResult();
        var rest = new List<ReceivedRecord<string, string>>();
        while (rest.Count < 3)
        {
            if (await host.Orders.NextAsync() is { Value: not "3" } next) rest.Add(next);
        }

        Assert.Equal([("1", 2), ("1", 3), ("2", 1)], rest.Select(record => (record.Value, record.Attempt)));
    }

    [Fact]
    public async Task Broker_Restarted_IsReadOn()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(broker);
        await host.ProduceAsync("a", "1");
        await host.Orders.NextAsync();

        await broker.RestartAsync();
        await host.ProduceAsync("a", "2");
        ReceivedRecord<string, string> next = await host.Orders.NextAsync();
        // What was not committed before the restart may come again.
        if (next.Value == "1") next = await host.Orders.NextAsync();

        Assert.Equal("2", next.Value);
    }

    [Fact]
    public async Task Handler_Cancelled_IsNoFailureAndTheRecordComesAgain()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using (ConsumerHost first = await ConsumerHost.StartAsync(
            broker, consumer => consumer.DeadLetters(), orders => orders.OnTry = (_, token) => new ValueTask(Task.Delay(-1, token))))
        {
            await first.ProduceAsync("a", "1");
            await first.Orders.NextAsync();
        }
        await using ConsumerHost second = await ConsumerHost.StartAsync(broker, consumer => consumer.DeadLetters());

        ReceivedRecord<string, string> again = await second.Orders.NextAsync();

        Assert.Equal(("1", 1), (again.Value, again.Attempt));
    }

    [Fact]
    public async Task Hosts_ThatComeAndGo_MissNothing()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync(partitions: 4);
        var seen = new ConcurrentDictionary<string, bool>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int written = int.MaxValue;
        Action<HandledOrders> collect = orders => orders.OnTry = (record, _) =>
        {
            seen[record.Value] = true;
            if (seen.Count == Volatile.Read(ref written)) all.TrySetResult();
            return ValueTask.CompletedTask;
        };
        await using ConsumerHost steady = await ConsumerHost.StartAsync(broker, prepare: collect);
        using var enough = new CancellationTokenSource();
        Task<int> writing = Task.Run(async () =>
        {
            int number = 0;
            for (; !enough.IsCancellationRequested; number++) await steady.ProduceAsync($"key {number % 20}", $"{number}");
            return number;
        });
        await using (ConsumerHost passing = await ConsumerHost.StartAsync(broker, prepare: collect))
        {
            await passing.Orders.NextAsync();
            broker.MoveCoordinator("billing");
            await passing.Orders.NextAsync(100);
        }
        await enough.CancelAsync();
        Volatile.Write(ref written, await writing);
        if (seen.Count == written) all.TrySetResult();

        await all.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
