using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Faults;

/// <summary>Two scripted brokers, 1 and 2, and a topic whose partitions one of them leads: for what takes more than one broker.</summary>
internal sealed class ScriptedCluster : IAsyncDisposable
{
    public const string Topic = "scripted";

    public static readonly Guid TopicId = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private readonly ScriptedBroker[] _brokers = [new(), new()];
    private readonly ScriptedLog[] _logs;

    public ScriptedCluster(int partitions = 1)
    {
        _logs = [.. Enumerable.Range(0, partitions).Select(_ => new ScriptedLog())];
        for (int index = 0; index < _brokers.Length; index++)
        {
            int nodeId = index + 1;
            var broker = _brokers[index];
            broker.Answer<MetadataRequest>((_, _) => Metadata());
            broker.AnswerLater<FetchRequest>((request, _) => FetchAsync(nodeId, request));
            broker.Answer<ListOffsetsRequest>((request, _) => ListOffsets(request));
            broker.Answer<OffsetForLeaderEpochRequest>((request, _) => EndOffsets(request));
        }
    }

    /// <summary>Who leads, and since which epoch.</summary>
    public (int NodeId, int Epoch) Leader { get; set; } = (1, 0);

    /// <summary>What metadata says about it; null for the truth.</summary>
    public (int NodeId, int Epoch)? Told { get; set; }

    /// <summary>Who is told in place of the leader when a fetch is refused; null for nobody.</summary>
    public (int NodeId, int Epoch)? Named { get; set; }

    /// <summary>The error of a fetch from whom does not lead.</summary>
    public ErrorCode Refusal { get; set; } = ErrorCode.NotLeaderOrFollower;

    /// <summary>Decides on a fetch from a broker in place of the log; null leaves it to that.</summary>
    public Func<int, FetchRequest.FetchPartition, FetchResponse.PartitionData?> Decide { get; set; } = static (_, _) => null;

    /// <summary>Where the epoch ends that a position is validated by; null says that it is good.</summary>
    public Func<OffsetForLeaderEpochRequest.OffsetForLeaderPartition, (int Epoch, long Offset)?> EndOf { get; set; } = static _ => null;

    /// <summary>Whether nobody may know where logs start and end.</summary>
    public Func<bool> RefusesOffsets { get; set; } = static () => false;

    /// <summary>The silence every answer to a fetch asks for.</summary>
    public TimeSpan Throttle { get; set; }

    public ScriptedBroker this[int nodeId] => _brokers[nodeId - 1];

    public ScriptedLog Log(int partition = 0) => _logs[partition];

    /// <summary>How many fetches a broker got.</summary>
    public int FetchesFrom(int nodeId) => this[nodeId].CountOf(ApiKey.Fetch);

    public LogBrokerClient NewClient(Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = new ClientOptions { BootstrapServers = [_brokers[0].Bootstrap] };
        return new LogBrokerClient(change is null ? options : change(options));
    }

    public ImmutableArray<FetchResponse.NodeEndpoint> Endpoints() =>
        [.. _brokers.Select((broker, index) => new FetchResponse.NodeEndpoint { NodeId = index + 1, Host = "127.0.0.1", Port = broker.Port })];

    /// <summary>Broker 1 coordinates every group.</summary>
    public void Coordinate()
    {
        foreach (var broker in _brokers)
        {
            broker.Answer<FindCoordinatorRequest>((request, _) => new FindCoordinatorResponse
            {
                Coordinators = [new() { Key = request.CoordinatorKeys[0], NodeId = 1, Host = "127.0.0.1", Port = this[1].Port }],
            });
        }
    }

    /// <summary>The answer to a question for what is committed of partition 0.</summary>
    public static OffsetFetchResponse Committed(OffsetFetchRequest request, long offset, int epoch = -1) => new()
    {
        Groups =
        [
            new()
            {
                GroupId = request.Groups[0].GroupId,
                Topics =
                [
                    new()
                    {
                        Name = Topic,
                        TopicId = TopicId,
                        Partitions = [new() { PartitionIndex = 0, CommittedOffset = offset, CommittedLeaderEpoch = epoch }],
                    },
                ],
            },
        ],
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in _brokers) await broker.DisposeAsync();
    }

    private MetadataResponse Metadata()
    {
        var (leader, epoch) = Told ?? Leader;
        return new()
        {
            ClusterId = "scripted",
            ControllerId = 1,
            Brokers = [.. Endpoints().Select(node => new MetadataResponse.MetadataResponseBroker { NodeId = node.NodeId, Host = node.Host, Port = node.Port })],
            Topics =
            [
                new()
                {
                    Name = Topic,
                    TopicId = TopicId,
                    Partitions =
                    [
                        .. _logs.Select((_, index) => new MetadataResponse.MetadataResponsePartition
                        {
                            PartitionIndex = index,
                            LeaderId = leader,
                            LeaderEpoch = epoch,
                            ReplicaNodes = [1, 2],
                            IsrNodes = [1, 2],
                        }),
                    ],
                },
            ],
        };
    }

    private async Task<IResponse?> FetchAsync(int nodeId, FetchRequest request)
    {
        for (int waited = 0; ; waited += 10)
        {
            FetchResponse.PartitionData[] answers =
                [.. request.Topics.SelectMany(topic => topic.Partitions).Select(partition => Answer(nodeId, partition))];
            bool hasNews = answers.Any(answer =>
                answer.ErrorCode != ErrorCode.None || answer.PreferredReadReplica >= 0 || answer.DivergingEpoch is { EndOffset: >= 0 }
                || answer.Records is { SizeInBytes: > 0 });
            if (hasNews || waited >= request.MaxWaitMs) return Response(answers);
            await Task.Delay(10);
        }
    }

    private FetchResponse Response(FetchResponse.PartitionData[] answers) => new()
    {
        ThrottleTimeMs = (int)Throttle.TotalMilliseconds,
        Responses = [new() { Topic = Topic, TopicId = TopicId, Partitions = [.. answers] }],
        NodeEndpoints = Named is null ? [] : Endpoints(),
    };

    private FetchResponse.PartitionData Answer(int nodeId, FetchRequest.FetchPartition asked)
    {
        if (Decide(nodeId, asked) is { } decided) return decided;
        if (nodeId == Leader.NodeId) return Read(asked);
        var (named, epoch) = Named ?? (-1, -1);
        return new()
        {
            PartitionIndex = asked.Partition,
            ErrorCode = Refusal,
            CurrentLeader = new() { LeaderId = named, LeaderEpoch = epoch },
        };
    }

    /// <summary>What the log has, whoever is asked.</summary>
    public FetchResponse.PartitionData Read(FetchRequest.FetchPartition asked)
    {
        var log = _logs[asked.Partition];
        return new()
        {
            PartitionIndex = asked.Partition,
            HighWatermark = log.End,
            LastStableOffset = log.End,
            Records = new MemoryRecords(log.Read(asked.FetchOffset)),
        };
    }

    private ListOffsetsResponse ListOffsets(ListOffsetsRequest request) => new()
    {
        Topics =
        [
            new()
            {
                Name = Topic,
                Partitions =
                [
                    .. request.Topics[0].Partitions.Select(asked => new ListOffsetsResponse.ListOffsetsPartitionResponse
                    {
                        PartitionIndex = asked.PartitionIndex,
                        ErrorCode = RefusesOffsets() ? ErrorCode.TopicAuthorizationFailed : ErrorCode.None,
                        Offset = asked.Timestamp == -2 ? 0 : _logs[asked.PartitionIndex].End,
                        LeaderEpoch = Leader.Epoch,
                    }),
                ],
            },
        ],
    };

    private OffsetForLeaderEpochResponse EndOffsets(OffsetForLeaderEpochRequest request) => new()
    {
        Topics =
        [
            new()
            {
                Topic = Topic,
                Partitions =
                [
                    .. request.Topics[0].Partitions.Select(asked =>
                    {
                        var (epoch, end) = EndOf(asked) ?? (asked.LeaderEpoch, _logs[asked.Partition].End);
                        return new OffsetForLeaderEpochResponse.EpochEndOffset
                        {
                            Partition = asked.Partition,
                            LeaderEpoch = epoch,
                            EndOffset = end,
                        };
                    }),
                ],
            },
        ],
    };
}
