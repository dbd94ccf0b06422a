using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Producing;

/// <summary>A scripted broker that a producer writes to: notes each batch that comes, and answers it as the test wants, in turn.</summary>
internal sealed class ProduceScript : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<Sent, ProduceResponse.PartitionProduceResponse>> _answers = new();
    private int _producers;

    public ProduceScript()
    {
        Broker.Answer<InitProducerIdRequest>((_, _) => new InitProducerIdResponse
        {
            ProducerId = 100 + _producers,
            ProducerEpoch = _producers++ == 0 ? FirstEpoch : (short)0,
        });
        Broker.AnswerLater<ProduceRequest>(async (request, version) => await AnswerAsync(request, version));
    }

    public ScriptedBroker Broker { get; } = new();

    /// <summary>The epoch of the first producer id; later ones begin with 0.</summary>
    public short FirstEpoch { get; set; }

    /// <summary>What batches are answered that no answer was given for; by default they are written.</summary>
    public Func<Sent, ProduceResponse.PartitionProduceResponse> Otherwise { get; set; } = Written;

    /// <summary>What answers wait for; the batches that come meanwhile are noted.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>The silence the next answer asks for.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The brokers whose addresses answers tell.</summary>
    public ProduceResponse.NodeEndpoint[] NodeEndpoints { get; set; } = [];

    /// <summary>Every batch that came, in order.</summary>
    public ConcurrentQueue<Sent> Batches { get; } = new();

    /// <summary>The next batch that has no answer yet gets this one.</summary>
    public void Then(Func<Sent, ProduceResponse.PartitionProduceResponse> answer) => _answers.Enqueue(answer);

    /// <inheritdoc cref="Then(Func{Sent, ProduceResponse.PartitionProduceResponse})"/>
    public void Then(ErrorCode error) => Then(_ => new() { ErrorCode = error, BaseOffset = -1 });

    public void ThenWritten() => Then(Written);

    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    public static ProduceResponse.PartitionProduceResponse Written(Sent batch) => new() { BaseOffset = 1_000 * batch.Number };

    private async Task<ProduceResponse> AnswerAsync(ProduceRequest request, short version)
    {
        ProduceRequest.TopicProduceData topic = Assert.Single(request.TopicData);
        ProduceRequest.PartitionProduceData partition = Assert.Single(topic.PartitionData);
        Sent sent = Read(((MemoryRecords)partition.Records!).Memory.Span, topic, version);
        Batches.Enqueue(sent);
        await Held;
        var answer = _answers.TryDequeue(out var next) ? next(sent) : Otherwise(sent);
        int throttle = ThrottleTimeMs;
        ThrottleTimeMs = 0;
        return new ProduceResponse
        {
            ThrottleTimeMs = throttle,
            NodeEndpoints = [.. NodeEndpoints],
            Responses = [new() { Name = topic.Name, TopicId = topic.TopicId, PartitionResponses = [Placed(answer, partition.Index)] }],
        };
    }

    private static ProduceResponse.PartitionProduceResponse Placed(ProduceResponse.PartitionProduceResponse answer, int partition) => new()
    {
        Index = partition,
        ErrorCode = answer.ErrorCode,
        ErrorMessage = answer.ErrorMessage,
        BaseOffset = answer.BaseOffset,
        RecordErrors = answer.RecordErrors,
        CurrentLeader = answer.CurrentLeader,
    };

    private Sent Read(ReadOnlySpan<byte> bytes, ProduceRequest.TopicProduceData topic, short version)
    {
        Assert.True(RecordBatchView.TryRead(bytes, out RecordBatchView batch));
        var values = new List<string>();
        foreach (RecordView record in new RecordEnumerator(batch.Payload, batch.RecordCount)) values.Add(Encoding.UTF8.GetString(record.Value));
        return new Sent(
            Batches.Count, batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, string.Join(' ', values), Stopwatch.GetTimestamp(),
            version, topic.Name, topic.TopicId);
    }

    /// <summary>A batch as it came.</summary>
    public sealed record Sent(
        int Number, long ProducerId, short Epoch, int Sequence, string Values, long At, short Version, string Topic, Guid TopicId)
    {
        /// <summary>Whose it is, where it belongs, and what it holds.</summary>
        public string What => $"{ProducerId}/{Epoch} {Sequence}: {Values}";
    }
}
