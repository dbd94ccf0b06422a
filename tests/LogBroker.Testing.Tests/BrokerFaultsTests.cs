using System.Diagnostics;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.Testing.Tests;

public sealed class BrokerFaultsTests : IAsyncLifetime
{
    private TestBroker _broker = null!;
    private Guid _topic;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _topic = await _broker.CreateTopicAsync("t");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Fail_AnswersWithTheErrorAndDoesNothing()
    {
        using Fault fault = _broker.Faults.Fail(ApiKey.Produce, ErrorCode.NotLeaderOrFollower, times: 2);

        Assert.Equal(ErrorCode.NotLeaderOrFollower, await ProduceAsync());
        Assert.Equal(ErrorCode.NotLeaderOrFollower, await ProduceAsync());
        Assert.Equal(0, await EndAsync());
        Assert.Equal(ErrorCode.None, await ProduceAsync());
        Assert.Equal(2, fault.Hits);
    }

    [Fact]
    public async Task Fail_UntilDisposed()
    {
        Fault fault = _broker.Faults.Fail(ApiKey.Produce, ErrorCode.KafkaStorageError);
        Assert.Equal(ErrorCode.KafkaStorageError, await ProduceAsync());

        fault.Dispose();

        Assert.Equal(ErrorCode.None, await ProduceAsync());
    }

    [Fact]
    public async Task Delay_HoldsTheAnswerOfWhatIsDone()
    {
        using Fault fault = _broker.Faults.Delay(ApiKey.Produce, TimeSpan.FromMilliseconds(300), times: 1);
        long begun = Stopwatch.GetTimestamp();

        Task<ErrorCode> produced = ProduceAsync();
        await fault.WhenHitAsync();
        await using KafkaChannel other = await _broker.ConnectAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await EndAsync(other) == 0) patience.Token.ThrowIfCancellationRequested();

        Assert.Equal(ErrorCode.None, await produced);
        Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task Disconnect_ClosesInPlaceOfTheRequest()
    {
        using Fault fault = _broker.Faults.Disconnect(ApiKey.Produce, times: 1);
        await using KafkaChannel client = await _broker.ConnectAsync();

        await Assert.ThrowsAsync<ConnectionClosedException>(() => ProduceAsync(client));

        Assert.Equal(0, await EndAsync());
    }

    [Fact]
    public async Task LoseAnswer_ClosesAfterTheRequestIsDone()
    {
        using Fault fault = _broker.Faults.LoseAnswer(ApiKey.Produce, times: 1);
        await using KafkaChannel client = await _broker.ConnectAsync();

        await Assert.ThrowsAsync<ConnectionClosedException>(() => ProduceAsync(client));

        Assert.Equal(1, await EndAsync());
    }

    [Fact]
    public async Task LoseAnswer_OfAFetch_LetsGoOfItsFiles()
    {
        Assert.Equal(ErrorCode.None, await ProduceAsync());
        using Fault fault = _broker.Faults.LoseAnswer(ApiKey.Fetch, times: 1);
        await using KafkaChannel client = await _broker.ConnectAsync();

        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.SendAsync(
            new FetchRequest
            {
                MinBytes = 1,
                MaxBytes = 1000,
                SessionEpoch = -1,
                Topics = [new() { TopicId = _topic, Partitions = [new() { PartitionMaxBytes = 1000 }] }],
            },
            13));

        Assert.Equal(1, fault.Hits);
    }

    [Fact]
    public async Task Clear_EndsAllOfThem()
    {
        _broker.Faults.Fail(ApiKey.Produce, ErrorCode.KafkaStorageError);
        _broker.Faults.Disconnect(ApiKey.ListOffsets);

        _broker.Faults.Clear();

        Assert.Equal(ErrorCode.None, await ProduceAsync());
        Assert.Equal(1, await EndAsync());
    }

    private async Task<ErrorCode> ProduceAsync(KafkaChannel? client = null)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions());
        builder.Append(0, default, "value"u8.ToArray());
        var request = new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 30_000,
            TopicData = [new() { TopicId = _topic, PartitionData = [new() { Records = new MemoryRecords(builder.Build().ToArray()) }] }],
        };
        ProduceResponse response = client is null ? await _broker.SendAsync(request, 13) : await client.SendAsync(request, 13);
        return response.Responses[0].PartitionResponses[0].ErrorCode;
    }

    private async Task<long> EndAsync(KafkaChannel? client = null)
    {
        var request = new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = "t", Partitions = [new() { Timestamp = -1 }] }] };
        ListOffsetsResponse response = client is null ? await _broker.SendAsync(request, 7) : await client.SendAsync(request, 7);
        return response.Topics[0].Partitions[0].Offset;
    }
}
