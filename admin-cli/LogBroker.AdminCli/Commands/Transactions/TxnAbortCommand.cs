using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Transactions;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Commands.Transactions;

/// <summary>Aborts a transaction in one partition by hand.</summary>
internal sealed class TxnAbortCommand : VerbCommand
{
    private readonly Option<string> _topic = new("--topic", "-t") { Description = "The topic", HelpName = "topic", Required = true };
    private readonly Option<int> _partition = new("--partition", "-p") { Description = "The partition", Required = true };
    private readonly Option<long> _start = new("--start-offset") { Description = "Where the transaction begins, as find-hanging tells it", Required = true };

    public TxnAbortCommand(CommandEnvironment environment)
        : base("abort", "Abort a transaction that hangs in a partition", environment)
    {
        _topic.CompletionSources.Add(new LiveNames(environment).Topics);
        Add(_topic);
        Add(_partition);
        Add(_start);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        var partition = new TopicPartition(parsed.GetRequiredValue(_topic), parsed.GetValue(_partition));
        await context.Admin.TopicOrFailAsync(partition.Topic, cancelled);
        long start = parsed.GetValue(_start);
        AdminResults<TopicPartition, IReadOnlyList<ActiveProducer>> producers = await context.Admin.Partitions.DescribeProducersAsync([partition], cancelled);
        ActiveProducer producer = producers[partition].FirstOrDefault(producer => producer.CurrentTransactionStart?.Value == start)
            ?? throw new CommandException($"No transaction that is open in {partition} begins at offset {start}.", "./logbroker txn find-hanging");
        IReadOnlyList<OpenTransaction> hanging = await OpenTransaction.WithoutCoordinatorAsync(
            context.Admin, [new OpenTransaction(partition, producer, null)], cancelled);
        if (hanging.Count == 0)
        {
            throw new CommandException(
                $"The transaction of producer {producer.ProducerId} in {partition} does not hang: its coordinator has it open and will end it.",
                "./logbroker txn list tells whose it is; its producer can be stopped");
        }
        context.Confirm($"abort the transaction of producer {producer.ProducerId} in {partition}");
        if (!context.IsDryRun)
        {
            await context.Admin.Transactions.AbortAsync(
                new HangingTransaction(partition, producer.ProducerId, (short)producer.ProducerEpoch, Math.Max(producer.CoordinatorEpoch ?? 0, 0)), cancelled);
        }
        var outcomes = new Outcomes("partition");
        outcomes.Add(partition.ToString(), context.IsDryRun ? "would be aborted" : "aborted", $"producer {producer.ProducerId}, from offset {start}");
        return outcomes.WriteTo(context.Results);
    }
}
