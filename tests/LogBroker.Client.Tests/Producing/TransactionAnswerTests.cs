using LogBroker.Client.Tests.Faults;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Producing;

/// <summary>What a transactional producer asks of its coordinator, and what it makes of the answers.</summary>
public sealed class TransactionAnswerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Transactions_OfAClusterThatChecksItself_AddNothingAndHaveAnEpochEach()
    {
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");

        await CommitAsync(producer, "a");
        await CommitAsync(producer, "b");

        Assert.Equal(["init -1/-1", "produce v13", "commit v5 100/0", "produce v13", "commit v5 100/1"], script.Asked);
        Assert.Equal(["100/0 0: a", "100/1 0: b"], script.Produces.Batches.Select(batch => batch.What));
    }

    [Fact]
    public async Task Transactions_OfAnOlderCluster_AddPartitionsAndKeepTheEpoch()
    {
        await using var script = new TransactionScript(level: 1);
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");

        await CommitAsync(producer, "a");
        await CommitAsync(producer, "b");

        Assert.Equal(
            ["init -1/-1", "add v3", "produce v11", "commit v4 100/0", "add v3", "produce v11", "commit v4 100/0"], script.Asked);
        Assert.Equal(["100/0 0: a", "100/0 1: b"], script.Produces.Batches.Select(batch => batch.What));
    }

    [Fact]
    public async Task Abort_AfterLostRecordsInAnOlderCluster_TakesANewEpoch()
    {
        await using var script = new TransactionScript(level: 1);
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        script.Produces.ThenWritten();
        script.Produces.Then(ErrorCode.InvalidRecord);
        await CommitAsync(producer, "a");

        await producer.BeginTransactionAsync();
        await Assert.ThrowsAsync<ProduceException>(() => producer.ProduceAsync("t", default, "bad").AsTask());
        await Assert.ThrowsAsync<TransactionAbortableException>(() => producer.CommitAsync());
        await producer.AbortAsync();
        await CommitAsync(producer, "b");

        Assert.Contains("init 100/0", script.Asked); // KIP-360: the producer, and no other, raises its epoch
        Assert.Equal(["100/0 0: a", "100/0 1: bad", "100/1 0: b"], script.Produces.Batches.Select(batch => batch.What));
    }

    [Theory]
    [InlineData(ErrorCode.NotCoordinator, 2)]
    [InlineData(ErrorCode.CoordinatorNotAvailable, 2)]
    [InlineData(ErrorCode.CoordinatorLoadInProgress, 1)]
    [InlineData(ErrorCode.ConcurrentTransactions, 1)]
    public async Task Commit_WhileTheCoordinatorMovesOrIsBusy_GoesThrough(ErrorCode error, int lookups)
    {
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        script.ThenEnd(error);

        await CommitAsync(producer, "a");

        Assert.Equal(["commit v5 100/0", "commit v5 100/0"], script.Asked.Where(asked => asked.StartsWith("commit", StringComparison.Ordinal)));
        Assert.Equal(lookups, script.Broker.Requests.Count(seen => seen.Request is FindCoordinatorRequest));
    }

    [Theory]
    [InlineData(ErrorCode.ProducerFenced, typeof(ProducerFencedException))]
    [InlineData(ErrorCode.InvalidProducerEpoch, typeof(ProducerFencedException))]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed, typeof(FatalProducerException))]
    public async Task Commit_RefusedForGood_EndsTheProducer(ErrorCode error, Type expected)
    {
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        script.ThenEnd(error);
        await producer.BeginTransactionAsync();
        await producer.ProduceAsync("t", default, "a");

        Assert.IsType(expected, await Record.ExceptionAsync(() => producer.CommitAsync()));
        Assert.IsType(expected, await Record.ExceptionAsync(() => producer.AbortAsync()));
        Assert.IsType(expected, await Record.ExceptionAsync(() => producer.BeginTransactionAsync()));
    }

    [Theory]
    [InlineData(ErrorCode.TransactionAbortable)]
    [InlineData(ErrorCode.InvalidTxnState)]
    [InlineData(ErrorCode.InvalidProducerIdMapping)]
    [InlineData(ErrorCode.UnknownProducerId)]
    public async Task Commit_RefusedThisTime_IsAbortedAndTheNextOneGoesThrough(ErrorCode error)
    {
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        script.ThenEnd(error);
        if (error is ErrorCode.InvalidProducerIdMapping or ErrorCode.UnknownProducerId) script.ThenEnd(error); // the coordinator knows nothing to abort either
        await producer.BeginTransactionAsync();
        await producer.ProduceAsync("t", default, "a");

        await Assert.ThrowsAsync<TransactionAbortableException>(() => producer.CommitAsync());
        await producer.AbortAsync();
        await CommitAsync(producer, "b");

        Assert.Equal("100/1 0: b", script.Produces.Batches.Last().What);
    }

    [Fact]
    public async Task Commit_GivenUpUnanswered_CanOnlyBeAskedForAgain()
    {
        await using var unobserved = new UnobservedFailures();
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        await producer.BeginTransactionAsync();
        await producer.ProduceAsync("t", default, "a");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Broker.Answer<EndTxnRequest>((_, _) =>
        {
            asked.TrySetResult();
            return null;
        });
        using var patience = new CancellationTokenSource();

        Task committing = producer.CommitAsync(patience.Token);
        await asked.Task.WaitAsync(Patience);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => committing);

        await Assert.ThrowsAsync<InvalidOperationException>(() => producer.ProduceAsync("t", default, "late").AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => producer.AbortAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => producer.BeginTransactionAsync());
        script.Broker.Answer<EndTxnRequest>((_, _) => new EndTxnResponse { ProducerId = 100, ProducerEpoch = 1 });
        await producer.CommitAsync().WaitAsync(Patience);
        await CommitAsync(producer, "b");
        Assert.Equal(["100/0 0: a", "100/1 0: b"], script.Produces.Batches.Select(batch => batch.What));
    }

    [Fact]
    public async Task Abort_WhileRecordsAreRefusedForNow_DropsThemAtOnce()
    {
        await using var unobserved = new UnobservedFailures();
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Produces.Held = aborted.Task;
        script.Produces.Otherwise = _ => new() { ErrorCode = ErrorCode.NotEnoughReplicas, BaseOffset = -1 };
        await producer.BeginTransactionAsync();
        Task<RecordMetadata> refused = producer.ProduceAsync("t", default, "a").AsTask();
        await Consuming.Filling.UntilAsync(() => !script.Produces.Batches.IsEmpty, "the record is tried");

        Task aborting = producer.AbortAsync();
        aborted.SetResult();
        await aborting.WaitAsync(Patience);

        await Assert.ThrowsAsync<TransactionAbortableException>(() => refused.WaitAsync(Patience));
        script.Produces.Otherwise = ProduceScript.Written;
        await CommitAsync(producer, "b");
    }

    [Fact]
    public async Task Produce_DuringACommit_IsRefused()
    {
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Produces.Held = tried.Task;
        await producer.BeginTransactionAsync();
        await producer.EnqueueAsync("t", default, "a");

        Task committing = producer.CommitAsync();
        var late = await Record.ExceptionAsync(() => producer.EnqueueAsync("t", default, "late").AsTask());
        tried.SetResult();
        await committing.WaitAsync(Patience);

        Assert.IsType<InvalidOperationException>(late);
        await CommitAsync(producer, "b");
        Assert.Equal(["100/0 0: a", "100/1 0: b"], script.Produces.Batches.Select(batch => batch.What));
    }

    [Fact]
    public async Task Abort_WhileACallWaitsForMemory_RefusesItsRecord()
    {
        await using var unobserved = new UnobservedFailures();
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>(
            "tx", new ProducerOptions { BufferMemoryBytes = 8 * 1024, BatchSizeBytes = 4 * 1024 });
        await CommitAsync(producer, "a");
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Produces.Held = aborted.Task;
        await producer.BeginTransactionAsync();
        var accepted = new List<Task>();
        do accepted.Add(producer.EnqueueAsync("t", default, new string('x', 1_000)).AsTask());
        while (accepted[^1].IsCompleted);

        Task aborting = producer.AbortAsync();
        aborted.SetResult();
        await aborting.WaitAsync(Patience);

        await Assert.ThrowsAnyAsync<Exception>(() => accepted[^1].WaitAsync(Patience));
        int before = script.Produces.Batches.Count;
        await CommitAsync(producer, "b");
        Assert.Equal(["100/2 0: b"], script.Produces.Batches.Skip(before).Select(batch => batch.What));
    }

    [Fact]
    public async Task SendOffsets_OfNone_LeavesTheTransactionEmpty()
    {
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        await producer.BeginTransactionAsync();

        await producer.SendOffsetsAsync(new Dictionary<TopicPartition, OffsetAndMetadata>(), new ConsumerGroupMetadata("group"));
        await producer.CommitAsync();

        Assert.Equal(["init -1/-1"], script.Asked);
    }

    [Fact]
    public async Task SendOffsets_OfAGenerationWithoutAMember_IsRefused()
    {
        await using var script = new TransactionScript();
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");
        await producer.BeginTransactionAsync();
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new TopicPartition("t", 0)] = new(new Offset(1)) };

        await Assert.ThrowsAsync<ArgumentException>(() => producer.SendOffsetsAsync(offsets, new ConsumerGroupMetadata("group", GenerationId: 3)));
    }

    [Fact]
    public async Task Dispose_WhileTheCoordinatorDoesNotAnswer_IsBounded()
    {
        await using var unobserved = new UnobservedFailures();
        await using var script = new TransactionScript(level: 1);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Broker.Answer<AddPartitionsToTxnRequest>((_, _) =>
        {
            asked.TrySetResult();
            return null;
        });
        await using var client = script.NewClient();
        var producer = client.CreateTransactionalProducer<Null, string>("tx", new ProducerOptions { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        await producer.BeginTransactionAsync();
        Task<RecordMetadata> waiting = producer.ProduceAsync("t", default, "a").AsTask();
        await asked.Task.WaitAsync(Patience);

        await producer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15)); // half of what a request may take

        await Assert.ThrowsAsync<TransactionAbortableException>(() => waiting.WaitAsync(Patience));
    }

    [Theory]
    [InlineData(ErrorCode.InvalidTransactionTimeout, "TransactionTimeout")]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed, "ACL")]
    public async Task Initialize_RefusedForGood_SaysWhy(ErrorCode error, string reason)
    {
        await using var script = new TransactionScript();
        script.Broker.Answer<InitProducerIdRequest>((_, _) => new InitProducerIdResponse { ErrorCode = error });
        await using var client = script.NewClient();
        await using var producer = client.CreateTransactionalProducer<Null, string>("tx");

        var failure = await Assert.ThrowsAsync<FatalProducerException>(() => producer.InitializeAsync());

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Same(failure, await Record.ExceptionAsync(() => producer.BeginTransactionAsync()));
    }

    private static async Task CommitAsync(TransactionalProducer<Null, string> producer, string value)
    {
        await producer.BeginTransactionAsync();
        await producer.ProduceAsync("t", default, value);
        await producer.CommitAsync().WaitAsync(Patience);
    }
}
