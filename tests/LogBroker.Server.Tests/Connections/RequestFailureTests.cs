using LogBroker.Metadata.Store;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;
using LogBroker.Transport;

namespace LogBroker.Server.Tests.Connections;

public sealed class RequestFailureTests
{
    private static readonly CreateTopicsRequest Request = new() { Topics = [new() { Name = "t" }, new() { Name = "u" }] };

    [Fact]
    public async Task Handler_ThatThrows_IsAnsweredInTheFormOfItsApi()
    {
        await using var connection = new ServedConnection(
            new Handler(() => throw new InvalidOperationException("bug")));
        KafkaChannel channel = connection.OpenChannel();

        CreateTopicsResponse answer = await channel.SendAsync(Request, 7);

        Assert.Equal(["t", "u"], answer.Topics.Select(topic => topic.Name));
        Assert.All(answer.Topics, topic => Assert.Equal(ErrorCode.UnknownServerError, topic.ErrorCode));
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Handler_WhoseWorkFailsLater_IsAnsweredAndTheConnectionGoesOn()
    {
        int calls = 0;
        await using var connection = new ServedConnection(new Handler(async () =>
        {
            await Task.Yield();
            return calls++ == 0 ? throw new MetadataStoreException("locked") : new CreateTopicsResponse();
        }));
        KafkaChannel channel = connection.OpenChannel();

        CreateTopicsResponse failed = await channel.SendAsync(Request, 7);
        CreateTopicsResponse served = await channel.SendAsync(Request, 7);

        Assert.Equal(ErrorCode.UnknownServerError, failed.Topics[0].ErrorCode);
        Assert.Empty(served.Topics);
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Handler_WhoseDiskFails_IsAnsweredWithAStorageError()
    {
        await using var connection = new ServedConnection(new Handler(() => throw new IOException("EIO")));
        KafkaChannel channel = connection.OpenChannel();

        CreateTopicsResponse answer = await channel.SendAsync(Request, 7);

        Assert.Equal(ErrorCode.KafkaStorageError, answer.Topics[0].ErrorCode);
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Answer_ThatCannotBeEncoded_IsReplaced()
    {
        await using var connection = new ServedConnection(new Handler(() => Task.FromResult(
            new CreateTopicsResponse { Topics = [new() { Name = new string('x', 40_000) }] })));
        KafkaChannel channel = connection.OpenChannel();

        // Lengths of this version are int16.
        CreateTopicsResponse answer = await channel.SendAsync(Request, 4);

        Assert.Equal(ErrorCode.UnknownServerError, answer.Topics[0].ErrorCode);
        await channel.DisposeAsync();
    }

    [Fact]
    public void FailureAnswers_EveryApiInEveryVersion_CanBeEncodedAndTellsTheError()
    {
        using var frame = new FrameBuffer();
        foreach (IRequest request in OneOfEach())
        {
            IResponse answer = Assert.IsAssignableFrom<IResponse>(FailureAnswers.Of(request, ErrorCode.UnknownServerError));
            var told = new Told();
            answer.TellErrors(told);
            Assert.Contains(ErrorCode.UnknownServerError, told.Errors);
            VersionRange versions = ApiCatalog.Find(request.ApiKey)!.StableVersions;
            for (short version = versions.Min; version <= versions.Max; version++)
            {
                frame.EncodeResponse(1, answer, version);
                frame.Clear();
            }
        }
    }

    [Fact]
    public void FailureAnswers_ProduceThatWantsNoAnswer_HasNone() =>
        Assert.Null(FailureAnswers.Of(new ProduceRequest { Acks = 0 }, ErrorCode.UnknownServerError));

    private static IEnumerable<IRequest> OneOfEach() =>
    [
        new ProduceRequest { Acks = 1, TopicData = [new() { Name = "t", PartitionData = [new()] }] },
        new FetchRequest { Topics = [new() { Topic = "t", Partitions = [new()] }] },
        new ListOffsetsRequest { Topics = [new() { Name = "t", Partitions = [new()] }] },
        new MetadataRequest { Topics = [new() { Name = "t" }] },
        Request,
        new DeleteTopicsRequest { TopicNames = ["t"] },
        new DeleteRecordsRequest { Topics = [new() { Name = "t", Partitions = [new()] }] },
        new InitProducerIdRequest(),
        new OffsetForLeaderEpochRequest { Topics = [new() { Topic = "t", Partitions = [new()] }] },
        new DescribeConfigsRequest { Resources = [new() { ResourceName = "t" }] },
        new AlterConfigsRequest { Resources = [new() { ResourceName = "t" }] },
        new IncrementalAlterConfigsRequest { Resources = [new() { ResourceName = "t" }] },
        new DescribeLogDirsRequest(),
        new CreatePartitionsRequest { Topics = [new() { Name = "t" }] },
        new DescribeClusterRequest(),
        new ListConfigResourcesRequest(),
        new ListPartitionReassignmentsRequest(),
        new DescribeProducersRequest { Topics = [new() { Name = "t", PartitionIndexes = [0] }] },
        new DescribeTopicPartitionsRequest { Topics = [new() { Name = "t" }] },
        new JoinGroupRequest(),
        new SyncGroupRequest(),
        new HeartbeatRequest(),
        new LeaveGroupRequest(),
        new ListGroupsRequest(),
        new OffsetDeleteRequest(),
        new ConsumerGroupHeartbeatRequest(),
        new DescribeGroupsRequest { Groups = ["g"] },
        new ConsumerGroupDescribeRequest { GroupIds = ["g"] },
        new DeleteGroupsRequest { GroupsNames = ["g"] },
        new OffsetCommitRequest { Topics = [new() { Name = "t", Partitions = [new()] }] },
    ];

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void FailureAnswers_FindCoordinator_InBothForms(short version)
    {
        var request = version < 4 ? new FindCoordinatorRequest { Key = "g" } : new FindCoordinatorRequest { CoordinatorKeys = ["g"] };
        using var frame = new FrameBuffer();

        IResponse answer = FailureAnswers.Of(request, ErrorCode.UnknownServerError)!;
        frame.EncodeResponse(1, answer, version);

        var told = new Told();
        answer.TellErrors(told);
        Assert.Equal([ErrorCode.UnknownServerError], told.Errors);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    public void FailureAnswers_OffsetFetch_InAllForms(short version)
    {
        var request = version < 8
            ? new OffsetFetchRequest { Topics = [new() { Name = "t", PartitionIndexes = [0] }] }
            : new OffsetFetchRequest { Groups = [new() { GroupId = "g" }] };
        using var frame = new FrameBuffer();

        IResponse answer = FailureAnswers.Of(request, ErrorCode.UnknownServerError)!;
        frame.EncodeResponse(1, answer, version);

        var told = new Told();
        answer.TellErrors(told);
        Assert.All(told.Errors, error => Assert.Equal(ErrorCode.UnknownServerError, error));
        Assert.NotEmpty(told.Errors);
    }

    private sealed class Told : IErrorObserver
    {
        public List<ErrorCode> Errors { get; } = [];

        public void Observe(ErrorCode error) => Errors.Add(error);
    }

    private sealed class Handler(Func<Task<CreateTopicsResponse>> work) : RequestHandler<CreateTopicsRequest, CreateTopicsResponse>
    {
        protected override Task<CreateTopicsResponse> HandleAsync(CreateTopicsRequest request, RequestContext context) => work();
    }
}
