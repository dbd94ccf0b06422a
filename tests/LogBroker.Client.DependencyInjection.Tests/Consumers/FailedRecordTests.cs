using System.Globalization;
using System.Text;
using LogBroker.Protocol.Records;
using LogBroker.Testing;
using LogBroker.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LogBroker.Client.DependencyInjection.Tests.Consumers;

/// <summary>What becomes of records that handlers fail on.</summary>
public sealed class FailedRecordTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task RetryLater_TriesByWayOfEachRetryTopic()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(Soon, Soon), orders => orders.OnTry = FailUntil(3));
        await host.ProduceAsync(new ProducerRecord<string, string?>("orders", "a", "1")
        {
            Headers = [new RecordHeader("trace", "x"u8.ToArray())],
        });

        List<ReceivedRecord<string, string>> tries = await host.Orders.NextAsync(3);

        Assert.Equal([1, 2, 3], tries.Select(record => record.Attempt));
        Assert.All(tries, record => Assert.Equal(
            ("orders", "a", "1", 0, 0L, tries[0].Timestamp),
            (record.Topic, record.Key, record.Value, record.Partition, record.Offset, record.Timestamp)));
        Assert.All(tries, record => Assert.Equal("trace", Assert.Single(record.Headers).Key));
        ConsumedRecord<string, string> second = await host.FirstAsync("orders.billing.retry.2");
        Assert.Equal("2", Header(second, FailureHeaders.Attempts));
    }

    [Fact]
    public async Task RetryLater_LetsOtherRecordsGoOn()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(TimeSpan.FromHours(1)), orders => orders.OnTry = FailUntil(2, "1"));
        await host.ProduceAsync("a", "1");
        await host.ProduceAsync("a", "2");

        Assert.Equal(["1", "2"], (await host.Orders.NextAsync(2)).Select(record => record.Value));
    }

    [Fact]
    public async Task RetryTopic_WithARecordNotDue_GoesOnWithOtherPartitions()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("orders.billing.retry.1", 2);
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(TimeSpan.FromHours(1)));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await host.ProduceAsync(PutOff("later", partition: 0, now.AddHours(1)));
        await host.ProduceAsync(PutOff("behind", partition: 0, now.AddHours(1)));
        await host.ProduceAsync(PutOff("due", partition: 1, now));
        Assert.Equal("due", (await host.Orders.NextAsync()).Value);

        DateTimeOffset soon = DateTimeOffset.UtcNow.AddMilliseconds(300);
        await host.ProduceAsync(PutOff("soon", partition: 1, soon));
        await host.ProduceAsync(PutOff("also due", partition: 1, now));

        Assert.Equal(["soon", "also due"], (await host.Orders.NextAsync(2)).Select(record => record.Value));
        Assert.True(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() >= soon.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Record_PutOff_ComesAfterARestartToo()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("orders.billing.retry.1");
        DateTimeOffset due = DateTimeOffset.UtcNow.AddHours(1);
        await using (ConsumerHost first = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(TimeSpan.FromHours(1))))
        {
            await first.ProduceAsync(PutOff("due now", partition: 0, DateTimeOffset.UtcNow));
            await first.ProduceAsync(PutOff("due later", partition: 0, due));
            Assert.Equal("due now", (await first.Orders.NextAsync()).Value);
        }
        var later = new LaterTimeProvider(due.AddSeconds(-1) - DateTimeOffset.UtcNow);
        await using ConsumerHost second = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(TimeSpan.FromHours(1)), time: later);

        ReceivedRecord<string, string> next;
        do next = await second.Orders.NextAsync();
        while (next.Value == "due now"); // It was still in work when the host stopped.
        Assert.Equal("due later", next.Value);
        Assert.True(later.GetUtcNow().ToUnixTimeMilliseconds() >= due.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Record_InARetryTopicOfALevelThatIsNoMore_IsStillHandled()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("orders.billing.retry.3");
        await broker.CreateTopicAsync("orders.billing.retry.03");
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(TimeSpan.FromHours(1)), orders => orders.OnTry = FailUntil(int.MaxValue));
        ProducerRecord<string, string?> left = PutOff("left", partition: 0, DateTimeOffset.UtcNow);

        await host.ProduceAsync(left with { Topic = "orders.billing.retry.03", Value = "another's" });
        await host.ProduceAsync(left with { Topic = "orders.billing.retry.3" });

        Assert.Equal(("left", 2), await host.Orders.NextAsync() is var next ? (next.Value, next.Attempt) : default);
        Assert.Equal("left", (await host.FirstAsync("orders.billing.dead")).Value);
    }

    [Fact]
    public async Task Record_ThatFailsForGood_IsADeadLetterThatTellsWhy()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(Soon), orders => orders.OnTry = FailUntil(int.MaxValue));
        await host.ProduceAsync("a", "1");

        ConsumedRecord<string, string> dead = await host.FirstAsync("orders.billing.dead");

        Assert.Equal(("a", "1"), (dead.Key, dead.Value));
        Assert.Equal("2", Header(dead, FailureHeaders.Attempts));
        Assert.Equal("orders", Header(dead, FailureHeaders.Topic));
        Assert.Equal("0", Header(dead, FailureHeaders.Offset));
        Assert.Equal("billing", Header(dead, FailureHeaders.Group));
        Assert.Equal(typeof(InvalidOperationException).FullName, Header(dead, FailureHeaders.ErrorType));
        Assert.Equal("attempt 2 fails", Header(dead, FailureHeaders.ErrorMessage));
        Assert.Contains(nameof(FailUntil), Header(dead, FailureHeaders.ErrorStackTrace), StringComparison.Ordinal);
        Assert.Null(Header(dead, FailureHeaders.Due));
    }

    [Fact]
    public async Task Exception_NotWorthARetry_GoesToTheDeadLettersAtOnce()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.RetryLater(TimeSpan.FromHours(1)).NeverRetry<InvalidOperationException>(),
            orders => orders.OnTry = FailUntil(int.MaxValue));
        await host.ProduceAsync("a", "1");

        Assert.Equal("1", Header(await host.FirstAsync("orders.billing.dead"), FailureHeaders.Attempts));
    }

    [Fact]
    public async Task Record_ThatCannotBeDeserialized_IsADeadLetterWithTheSameBytes()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.RetryLater(TimeSpan.FromHours(1)).WithValueDeserializer(_ => new PickyDeserializer()));
        await host.ProduceAsync("a", "broken");
        await host.ProduceAsync("a", null);
        await host.ProduceAsync("a", "fine");

        Assert.Equal([null, "fine"], (await host.Orders.NextAsync(2)).Select(record => record.Value));
        ConsumedRecord<string, string> dead = await host.FirstAsync("orders.billing.dead");
        Assert.Equal("broken", dead.Value);
        Assert.Equal("no such order", Header(dead, FailureHeaders.ErrorMessage));
    }

    [Fact]
    public async Task Record_ThatBlocks_IsTriedUntilItSucceedsAndReadinessTells()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var mended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.Handle(options => options with { RestartDelay = Soon, RestartDelayMax = Soon }),
            orders => orders.OnTry = (record, _) => record.Value != "1" || mended.Task.IsCompleted
                ? ValueTask.CompletedTask
                : throw new InvalidOperationException("the database is down"));
        await host.ProduceAsync("a", "1");
        await host.ProduceAsync("a", "2");
        Assert.All(await host.Orders.NextAsync(3), record => Assert.Equal("1", record.Value));

        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        mended.SetResult();
        ReceivedRecord<string, string> next;
        do next = await host.Orders.NextAsync();
        while (next.Value == "1");

        Assert.Equal("2", next.Value);
        Assert.Equal(HealthStatus.Degraded, report.Entries["logbroker-readiness"].Status);
        Assert.Contains("orders-0 offset 0", report.Entries["logbroker-readiness"].Description, StringComparison.Ordinal);
        Assert.Contains("the database is down", report.Entries["logbroker-readiness"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, report.Entries["logbroker-liveness"].Status);
    }

    [Fact]
    public async Task Record_ThatBlocksForLongerThanTheGroupWaits_KeepsItsPlaceInIt()
    {
        var patience = TimeSpan.FromSeconds(1);
        var time = new ManualTimeProvider();
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var mended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.Handle(options => options with { RestartDelay = Soon, RestartDelayMax = Soon })
                .Configure(options => options with { MaxPollInterval = patience }),
            orders => orders.OnTry = (record, _) => record.Value != "bad" || mended.Task.IsCompleted
                ? ValueTask.CompletedTask
                : throw new InvalidOperationException("the database is down"),
            time: time);
        await host.ProduceAsync("a", "bad");
        for (int key = 0; key < 20; key++) await host.ProduceAsync($"{key}", "good");

        var handled = new List<string>();
        bool isBlocked = false;
        await NextAsync();
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < patience * 3) await NextAsync();
        mended.SetResult();
        await host.ProduceAsync("a", "last");
        while (!handled.Contains("a")) await NextAsync();

        Assert.Equal(handled.Distinct(), handled);

        // Once the record blocks, the clock moves only while its next try is waited for: a slow machine is no stuck handler.
        async Task NextAsync()
        {
            Task<ReceivedRecord<string, string>> coming = host.Orders.NextAsync();
            while (!coming.IsCompleted)
            {
                if (!isBlocked || time.HasTimerIn(Soon)) time.Advance(Soon);
                await Task.Delay(5);
            }
            ReceivedRecord<string, string> next = await coming;
            if (next.Value == "bad") isBlocked = true;
            else handled.Add(next.Key);
        }
    }

    [Fact]
    public async Task Record_ThatIsSkipped_IsPassedOver()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.Handle(options => options with { Exhausted = FailedRecord.IsSkipped }),
            orders => orders.OnTry = FailUntil(2, "1"));
        await host.ProduceAsync("a", "1");
        await host.ProduceAsync("a", "2");

        Assert.Equal(["1", "2"], (await host.Orders.NextAsync(2)).Select(record => record.Value));
    }

    [Fact]
    public async Task DeadLetter_ThatIsReadAndFailsAgain_TellsWhyAndGoesToTheTopicsOfItsOwn()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, consumer => consumer.RetryLater(Soon), orders => orders.OnTry = FailUntil(int.MaxValue));
        await host.ProduceAsync(new ProducerRecord<string, string?>("orders", "a", "1")
        {
            Headers =
            [
                Header(FailureHeaders.Attempts, "4"),
                Header(FailureHeaders.Topic, "elsewhere"),
                Header(FailureHeaders.Group, "another"),
                Header(FailureHeaders.ErrorMessage, "its reason"),
            ],
        });

        List<ReceivedRecord<string, string>> tries = await host.Orders.NextAsync(2);
        ConsumedRecord<string, string> dead = await host.FirstAsync("orders.billing.dead");

        Assert.Equal([1, 2], tries.Select(record => record.Attempt));
        Assert.All(tries, record => Assert.Equal(("orders", 0, 0L), (record.Topic, record.Partition, record.Offset)));
        Assert.All(tries, record => Assert.Equal(["4", "elsewhere", "another", "its reason"], record.Headers.Select(Text)));
        Assert.Equal(["4", "2"], dead.Headers.Where(header => header.Key == FailureHeaders.Attempts).Select(Text));
        Assert.Equal(["elsewhere", "orders"], dead.Headers.Where(header => header.Key == FailureHeaders.Topic).Select(Text));
    }

    [Fact]
    public async Task RetryTopic_SharedWithAnotherGroup_KeepsItsRecordsForThat()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("shared.retry.1");
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.RetryLater(TimeSpan.FromHours(1)).Handle(options => options with { FailureTopicPrefix = "shared" }));
        ProducerRecord<string, string?> own = PutOff("own", partition: 0, DateTimeOffset.UtcNow);
        RecordHeader[] others = [.. own.Headers!.Select(header => header.Key == FailureHeaders.Group ? Header(header.Key, "another") : header)];

        await host.ProduceAsync(own with { Topic = "shared.retry.1", Value = "another's", Headers = others });
        await host.ProduceAsync(own with { Topic = "shared.retry.1" });

        Assert.Equal("own", (await host.Orders.NextAsync()).Value);
    }

    [Fact]
    public async Task Record_WithHeadersThatMakeNoSense_IsHandledAllTheSame()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("orders.billing.retry.1", 2);
        await using ConsumerHost host = await ConsumerHost.StartAsync(broker, consumer => consumer.RetryLater(TimeSpan.FromHours(1)));
        RecordHeader[] nonsense =
        [
            Header(FailureHeaders.Attempts, "99999999999"),
            Header(FailureHeaders.Topic, "x"),
            Header(FailureHeaders.Partition, "-99999999999"),
            Header(FailureHeaders.Timestamp, "99999999999999999"),
            Header(FailureHeaders.Due, "99999999999999999"),
        ];

        await host.ProduceAsync(new ProducerRecord<string, string?>("orders", "a", "new") { Headers = nonsense });
        Assert.Equal("new", (await host.Orders.NextAsync()).Value);
        await host.ProduceAsync(new ProducerRecord<string, string?>("orders.billing.retry.1", "a", "again") { Partition = 0, Headers = nonsense });
        Assert.Equal("again", (await host.Orders.NextAsync()).Value);
        // Longer than a timer takes, and the other partition goes on.
        await host.ProduceAsync(PutOff("in a century", partition: 0, DateTimeOffset.UtcNow.AddYears(100)));
        await host.ProduceAsync(PutOff("due", partition: 1, DateTimeOffset.UtcNow));
        Assert.Equal("due", (await host.Orders.NextAsync()).Value);
    }

    [Fact]
    public async Task Record_AlmostAsLargeAsItMayBe_IsADeadLetterToo()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.DeadLetters(),
            orders => orders.OnTry = (_, _) => throw new InvalidOperationException(new string('!', 2_000_000)));
        string value = new('x', (1024 * 1024) - 300);
        await host.ProduceAsync("a", value);

        ConsumedRecord<string, string> dead = await host.FirstAsync("orders.billing.dead");

        Assert.Equal(value, dead.Value);
        Assert.Equal(4000, Header(dead, FailureHeaders.ErrorMessage)!.Length);
    }

    [Fact]
    public async Task Record_TooLargeForTheDeadLettersWithItsError_GoesWithoutIt()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("orders.billing.dead", 1, ("max.message.bytes", "2000"));
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.DeadLetters().Handle(options => options with { RestartDelay = Soon, RestartDelayMax = Soon }),
            orders => orders.OnTry = (_, _) => throw new InvalidOperationException(new string('!', 2_000_000)));
        await host.ProduceAsync("a", "small");
        ConsumedRecord<string, string> dead = await host.FirstAsync("orders.billing.dead");
        Assert.Equal("small", dead.Value);
        Assert.Equal("0", Header(dead, FailureHeaders.Offset));
        Assert.Null(Header(dead, FailureHeaders.ErrorMessage));

        await host.ProduceAsync("b", new string('x', 3000));
        for (int key = 0; key < 10; key++) await host.ProduceAsync($"{key}", "behind");

        // It blocks what waits behind it, not the consumer.
        var tried = new Dictionary<string, int>();
        while (tried.GetValueOrDefault("b") < 2 || tried.Keys.All(key => key is "a" or "b"))
        {
            ReceivedRecord<string, string> next = await host.Orders.NextAsync();
            tried[next.Key] = tried.GetValueOrDefault(next.Key) + 1;
        }
    }

    private static Func<ReceivedRecord<string, string>, CancellationToken, ValueTask> FailUntil(int attempt, string? value = null) =>
        (record, _) => record.Attempt >= attempt || (value is not null && record.Value != value)
            ? ValueTask.CompletedTask
            : throw new InvalidOperationException($"attempt {record.Attempt} fails");

    private static ProducerRecord<string, string?> PutOff(string value, int partition, DateTimeOffset due) =>
        new("orders.billing.retry.1", "a", value)
        {
            Partition = partition,
            Headers =
            [
                Header(FailureHeaders.Attempts, "1"),
                Header(FailureHeaders.Topic, "orders"),
                Header(FailureHeaders.Group, "billing"),
                Header(FailureHeaders.Due, due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            ],
        };

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static string Text(RecordHeader header) => Encoding.UTF8.GetString(header.Value!.Value.Span);

    private static string? Header(ConsumedRecord<string, string> record, string name) =>
        record.Headers.Where(header => header.Key == name).Select(header => Encoding.UTF8.GetString(header.Value!.Value.Span))
            .SingleOrDefault();

    /// <summary>The true time, so much later by the calendar.</summary>
    private sealed class LaterTimeProvider(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }

    private sealed class PickyDeserializer : IDeserializer<string>
    {
        public string Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context) => isNull
            ? null!
            : data.SequenceEqual("broken"u8) ? throw new SerializationException("no such order") : Encoding.UTF8.GetString(data);
    }
}
