using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Appends record batches. All are written before the next request of the connection starts; with
/// <c>acks=all</c> the answer waits until they are replicated and, by default, on disk.</summary>
internal sealed class ProduceHandler(PartitionLookup partitions, TrafficMetrics traffic)
    : RequestHandler<ProduceRequest, ProduceResponse>
{
    private const short AcksAll = -1;
    private const short NoAcks = 0;
    private const short TopicIdsSince = 13;

    /// <summary>Clients read the old floor as a sign that batches may be compressed (KAFKA-18659); 0 to 2 are refused.</summary>
    public override VersionRange Advertised => new(0, ProduceRequest.Versions.Max);

    protected override HandlerStages Handle(ProduceRequest request, RequestContext context)
    {
        Appended[][] appended = AppendAll(request, context);
        return request.Acks switch
        {
            AcksAll => HandlerStages.Answered(AnswerWhenReplicatedAsync(request, appended)),
            NoAcks => HandlerStages.Answered(AnswerNobody(appended)),
            _ => HandlerStages.Done(Answer(request, appended)),
        };
    }

    private Appended[][] AppendAll(ProduceRequest request, RequestContext context)
    {
        ErrorCode refusal = CheckWhole(request);
        var appended = new Appended[request.TopicData.Length][];
        for (int t = 0; t < appended.Length; t++)
        {
            ProduceRequest.TopicProduceData topic = request.TopicData[t];
            appended[t] = new Appended[topic.PartitionData.Length];
            for (int p = 0; p < appended[t].Length; p++)
            {
                appended[t][p] = refusal == ErrorCode.None
                    ? Append(request, topic, topic.PartitionData[p], context)
                    : Appended.Failed(refusal);
            }
        }

        return appended;
    }

    /// <summary>The error that all partitions share: a transaction without its id is nobody's.</summary>
    private static ErrorCode CheckWhole(ProduceRequest request)
    {
        if (request.TransactionalId is not null) return ErrorCode.None;
        foreach (ProduceRequest.TopicProduceData topic in request.TopicData)
        {
            foreach (ProduceRequest.PartitionProduceData data in topic.PartitionData)
            {
                if (ProduceRules.IsTransactional(RecordsOf(data).Span)) return ErrorCode.TransactionalIdAuthorizationFailed;
            }
        }

        return ErrorCode.None;
    }

    private static Memory<byte> RecordsOf(ProduceRequest.PartitionProduceData data) =>
        (data.Records as MemoryRecords ?? MemoryRecords.Empty).Memory;

    /// <summary>Kafka explains what is wrong with single records and leaves the rest to the error code; where it has not
    /// come as far as the log, it does not tell the log's start either.</summary>
    private static AppendOutcome WithKafkasWords(AppendOutcome outcome) => outcome.Error switch
    {
        ErrorCode.None => outcome,
        ErrorCode.CorruptMessage or ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge
            or ErrorCode.KafkaStorageError => outcome with { Message = null, LogStartOffset = Offset.None },
        _ => outcome.RecordErrors.IsEmpty ? outcome with { Message = null } : outcome,
    };

    private Appended Append(
        ProduceRequest request,
        ProduceRequest.TopicProduceData topic,
        ProduceRequest.PartitionProduceData data,
        RequestContext context)
    {
        ErrorCode error = Find(topic, data.Index, context, out Partition? partition);
        if (error != ErrorCode.None) return Appended.Failed(error);
        Memory<byte> records = RecordsOf(data);
        AppendOutcome outcome = ProduceRules.Check(records.Span, context.ApiVersion) is { } refusal
            ? AppendOutcome.Refused(refusal.Error, refusal.Message)
            : request.Acks is < AcksAll or > 1
            ? AppendOutcome.Refused(ErrorCode.InvalidRequiredAcks, null)
            : WithKafkasWords(partition!.AppendAsLeader(ProduceRules.WithoutTail(records)));
        if (outcome.Error == ErrorCode.None)
            traffic.Of(partition!.TopicPartition.Topic).Received(records.Length, outcome.End - outcome.BaseOffset);
        bool waits = request.Acks == AcksAll && outcome.Error == ErrorCode.None;
        Task<ErrorCode> acknowledged = waits
            ? partition!.WhenHighWatermarkReachesAsync(outcome.End, TimeSpan.FromMilliseconds(Math.Max(0, request.TimeoutMs)))
            : Task.FromResult(outcome.Error);
        return new Appended(outcome, acknowledged);
    }

    private ErrorCode Find(
        ProduceRequest.TopicProduceData topic, int index, RequestContext context, out Partition? partition)
    {
        ErrorCode error = context.ApiVersion >= TopicIdsSince
            ? partitions.Find(topic.TopicId, index, out partition)
            : partitions.Find(topic.Name, index, out partition);
        if (error != ErrorCode.None) return error;
        string name = partition!.TopicPartition.Topic;
        return PartitionLookup.IsWritable(name, context.ClientId) ? ErrorCode.None : ErrorCode.InvalidTopicException;
    }

    private static async Task<IResponse?> AnswerWhenReplicatedAsync(ProduceRequest request, Appended[][] appended)
    {
        foreach (Appended[] topic in appended)
            foreach (Appended partition in topic) await partition.Acknowledged.ConfigureAwait(false);
        return Answer(request, appended);
    }

    /// <summary>With <c>acks=0</c> the one way to tell of an error is to close the connection.</summary>
    private static Task<IResponse?> AnswerNobody(Appended[][] appended)
    {
        foreach (Appended[] topic in appended)
        {
            foreach (Appended partition in topic)
            {
                if (partition.Outcome.Error == ErrorCode.None) continue;
                return Task.FromException<IResponse?>(new ConnectionAbortException(
                    AbortReason.NoAnswerWanted, $"a produce with acks=0 failed with {partition.Outcome.Error}"));
            }
        }

        return Task.FromResult<IResponse?>(null);
    }

    private static ProduceResponse Answer(ProduceRequest request, Appended[][] appended)
    {
        var topics = ImmutableArray.CreateBuilder<ProduceResponse.TopicProduceResponse>(appended.Length);
        for (int t = 0; t < appended.Length; t++)
        {
            ProduceRequest.TopicProduceData topic = request.TopicData[t];
            var partitions = ImmutableArray.CreateBuilder<ProduceResponse.PartitionProduceResponse>(appended[t].Length);
            for (int p = 0; p < appended[t].Length; p++)
                partitions.Add(Answer(topic.PartitionData[p].Index, appended[t][p]));
            topics.Add(new() { Name = topic.Name, TopicId = topic.TopicId, PartitionResponses = partitions.MoveToImmutable() });
        }

        return new ProduceResponse { Responses = topics.MoveToImmutable() };
    }

    private static ProduceResponse.PartitionProduceResponse Answer(int index, Appended appended)
    {
        ErrorCode error = appended.Acknowledged.Result;
        AppendOutcome outcome = appended.Outcome;
        if (error != ErrorCode.None) return Refuse(index, error, outcome);
        return new()
        {
            Index = index,
            BaseOffset = outcome.BaseOffset.Value,
            LogAppendTimeMs = outcome.LogAppendTime,
            LogStartOffset = outcome.LogStartOffset.Value,
        };
    }

    private static ProduceResponse.PartitionProduceResponse Refuse(int index, ErrorCode error, AppendOutcome outcome) => new()
    {
        Index = index,
        ErrorCode = error,
        ErrorMessage = outcome.Message,
        BaseOffset = -1,
        LogStartOffset = outcome.LogStartOffset.Value,
        RecordErrors =
        [
            .. outcome.RecordErrors.Select(e => new ProduceResponse.BatchIndexAndErrorMessage
            {
                BatchIndex = e.BatchIndex,
                BatchIndexErrorMessage = e.Message,
            }),
        ],
    };

    private readonly record struct Appended(AppendOutcome Outcome, Task<ErrorCode> Acknowledged)
    {
        public static Appended Failed(ErrorCode error) => new(AppendOutcome.Refused(error, null), Task.FromResult(error));
    }
}
