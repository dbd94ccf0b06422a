using System.Collections.Concurrent;
using System.Text;
using LogBroker.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection.Tests.Consumers;

/// <summary>A hosted consumer whose handler takes many records at a time.</summary>
public sealed class BatchConsumerTests
{
    [Fact]
    public async Task Handler_GetsRecordsTogetherInAScopeOfTheirOwnAndInOrder()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var batches = new HandledBatches();
        await using ConsumerHost host = await StartAsync(broker, batches, consumer => consumer.Handle(
            handling => handling with { BatchRecordsMax = 20, BatchWait = TimeSpan.FromSeconds(10) }));
        await host.ProduceManyAsync(60);

        await batches.UntilAsync(60);
        await host.StopAsync();

        Assert.Equal([20, 20, 20], batches.Sizes);
        Assert.Equal(Enumerable.Range(0, 60).Select(number => $"{number}"), batches.Values);
        Assert.Equal([1, 1, 1], host.EndedScopes);
        await using ConsumerHost again = await StartAsync(broker, batches, build: null);
        await again.ProduceAsync("a", "after");
        await batches.UntilAsync(61);
        Assert.Equal("after", batches.Values.Last()); // All of the first host's was committed.
    }

    [Fact]
    public async Task BatchWait_Over_HandlesWhatIsThere()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var batches = new HandledBatches();
        await using ConsumerHost host = await StartAsync(broker, batches, consumer => consumer.Handle(
            handling => handling with { BatchRecordsMax = 1_000, BatchWait = TimeSpan.FromMilliseconds(1) }));

        await host.ProduceManyAsync(5);

        await batches.UntilAsync(5);
    }

    [Fact]
    public async Task SomeRecordsFail_AreTriedAgainWithoutTheOthersAndGoToTheDeadLetters()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var batches = new HandledBatches { FailsOn = ["3", "7"] };
        await using ConsumerHost host = await StartAsync(
            broker, batches, consumer => consumer.RetryInPlace(TimeSpan.Zero).DeadLetters().Handle(
                handling => handling with { BatchRecordsMax = 10, BatchWait = TimeSpan.FromSeconds(10) }));
        await host.ProduceManyAsync(10);

        Assert.Equal("3", (await host.FirstAsync("orders.billing.dead")).Value);
        await batches.UntilAsync(8);

        Assert.Equal([10, 2], batches.Sizes);
        Assert.Equal([1, 2], batches.Attempts);
        var dead = await host.FirstAsync("orders.billing.dead", 2);
        Assert.Equal(["3", "7"], dead.Select(record => record.Value));
        Assert.Equal("not 7", Encoding.UTF8.GetString(
            dead[1].Headers.Single(header => header.Key == FailureHeaders.ErrorMessage).Value!.Value.Span));
    }

    [Fact]
    public async Task TheWholeBatchFails_GoesToTheDeadLettersRecordByRecord()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var batches = new HandledBatches { FailsAll = true };
        await using ConsumerHost host = await StartAsync(broker, batches, consumer => consumer.DeadLetters());
        await host.ProduceManyAsync(5);

        var dead = await host.FirstAsync("orders.billing.dead", 5);

        Assert.Equal(["0", "1", "2", "3", "4"], dead.Select(record => record.Value));
    }

    [Fact]
    public async Task RetryLater_HandlesTheFailedOnesAgain()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var batches = new HandledBatches { FailsOn = ["1"], FailingAttempts = 1 };
        await using ConsumerHost host = await StartAsync(
            broker, batches, consumer => consumer.RetryLater(TimeSpan.FromMilliseconds(1)));
        await host.ProduceManyAsync(3);

        await batches.UntilAsync(3);

        Assert.Equal(["0", "1", "2"], batches.Values.Order());
    }

    private static Task<ConsumerHost> StartAsync(
        TestBroker broker, HandledBatches batches, Action<ConsumerBuilder<string, string>>? build) => ConsumerHost.StartAsync(
        broker,
        consume: client =>
        {
            client.Services.AddSingleton(batches);
            client.AddBatchConsumer<OrderBatchHandler, string, string>("orders", "billing", build);
        });

    /// <summary>What batches came, and what is to fail.</summary>
    private sealed class HandledBatches
    {
        private readonly ConcurrentQueue<IReadOnlyList<ReceivedRecord<string, string>>> _batches = new();
        private readonly ConcurrentQueue<string> _values = new();

        public string[] FailsOn { get; init; } = [];

        public int FailingAttempts { get; init; } = int.MaxValue;

        public bool FailsAll { get; init; }

        public IEnumerable<int> Sizes => _batches.Select(batch => batch.Count);

        public IEnumerable<int> Attempts => _batches.Select(batch => batch[0].Attempt);

        /// <summary>What was handled.</summary>
        public IEnumerable<string> Values => _values;

        public async Task UntilAsync(int count)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (_values.Count < count) await Task.Delay(10, limit.Token);
        }

        public void Handle(IReadOnlyList<ReceivedRecord<string, string>> batch)
        {
            _batches.Enqueue(batch);
            if (FailsAll) throw new InvalidOperationException("none of them");
            var failures = new Dictionary<int, Exception>();
            for (int index = 0; index < batch.Count; index++)
            {
                var record = batch[index];
                if (FailsOn.Contains(record.Value) && record.Attempt <= FailingAttempts)
                    failures[index] = new InvalidOperationException($"not {record.Value}");
                else _values.Enqueue(record.Value);
            }
            if (failures.Count > 0) throw new BatchFailureException(failures);
        }
    }

    private sealed class OrderBatchHandler(HandledBatches batches, HandlerScope scope) : IBatchHandler<string, string>
    {
        public ValueTask HandleAsync(IReadOnlyList<ReceivedRecord<string, string>> batch, CancellationToken cancellationToken)
        {
            scope.Uses++;
            batches.Handle(batch);
            return ValueTask.CompletedTask;
        }
    }
}
