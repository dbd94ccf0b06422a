using System.Collections.Concurrent;
using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Producing;

/// <summary>A scripted broker that is leader and coordinator of a transactional producer: answers as brokers do, but for what the test
/// tells it.</summary>
internal sealed class TransactionScript : IAsyncDisposable
{
    private readonly ConcurrentQueue<ErrorCode> _ends = new();
    private short _epoch = -1;

    /// <param name="level">The cluster's <c>transaction.version</c>.</param>
    public TransactionScript(short level = 2)
    {
        Broker.Answer<ApiVersionsRequest>((_, _) => new ApiVersionsResponse
        {
            ApiKeys = Broker.Versions().ApiKeys,
            FinalizedFeaturesEpoch = 1,
            FinalizedFeatures = [new() { Name = "transaction.version", MinVersionLevel = level, MaxVersionLevel = level }],
        });
        Broker.Answer<FindCoordinatorRequest>((request, _) => new FindCoordinatorResponse
        {
            Coordinators = [.. request.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator { Key = key, NodeId = 1, Host = "127.0.0.1", Port = Broker.Port })],
        });
        Broker.Answer<InitProducerIdRequest>((_, _) => new InitProducerIdResponse { ProducerId = 100, ProducerEpoch = ++_epoch });
        Broker.Answer<AddPartitionsToTxnRequest>((request, _) => Added(request));
        Broker.Answer<EndTxnRequest>((_, version) => End(version));
    }

    public ProduceScript Produces { get; } = new();

    public ScriptedBroker Broker => Produces.Broker;

    /// <summary>The next end of a transaction is answered so; later ones succeed.</summary>
    public void ThenEnd(ErrorCode error) => _ends.Enqueue(error);

    /// <summary>What was asked, and of whom, in order.</summary>
    public IEnumerable<string> Asked => Broker.Requests.Select(seen => Describe(seen.Request, seen.Version)).OfType<string>();

    public LogBrokerClient NewClient(Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = new ClientOptions
        {
            BootstrapServers = [Broker.Bootstrap],
            RetryBackoff = TimeSpan.FromMilliseconds(1),
            RetryBackoffMax = TimeSpan.FromMilliseconds(1),
        };
        return new LogBrokerClient(change is null ? options : change(options));
    }

    public ValueTask DisposeAsync() => Produces.DisposeAsync();

    private static string? Describe(IRequest request, short version) => request switch
    {
        InitProducerIdRequest init => $"init {init.ProducerId}/{init.ProducerEpoch}",
        AddPartitionsToTxnRequest => $"add v{version}",
        ProduceRequest => $"produce v{version}",
        EndTxnRequest end => $"{(end.Committed ? "commit" : "abort")} v{version} {end.ProducerId}/{end.ProducerEpoch}",
        _ => null,
    };

    private static AddPartitionsToTxnResponse Added(AddPartitionsToTxnRequest request) => new()
    {
        ResultsByTopicV3AndBelow =
        [
            .. request.V3AndBelowTopics.Select(topic => new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
            {
                Name = topic.Name,
                ResultsByPartition = [.. topic.Partitions.Select(index => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult { PartitionIndex = index })],
            }),
        ],
    };

    private EndTxnResponse End(short version)
    {
        if (_ends.TryDequeue(out ErrorCode error) && error != ErrorCode.None) return new EndTxnResponse { ErrorCode = error };
        return version >= 5 ? new EndTxnResponse { ProducerId = 100, ProducerEpoch = ++_epoch } : new EndTxnResponse();
    }
}
