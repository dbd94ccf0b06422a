using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Transactions;

namespace LogBroker.AdminCli.Commands.Transactions;

/// <summary>Looks for transactions nobody will end.</summary>
internal sealed class TxnFindHangingCommand : VerbCommand
{
    private readonly Option<string[]> _topics = new("--topic", "-t") { Description = "Only in these topics; in all when not said", HelpName = "topic", DefaultValueFactory = _ => [] };
    private readonly Option<string> _longerThan = new("--longer-than")
    {
        Description = "The longest a transaction may take, as brokers have it (transaction.max.timeout.ms)",
        HelpName = "duration",
        DefaultValueFactory = _ => "15m",
    };

    public TxnFindHangingCommand(CommandEnvironment environment)
        : base("find-hanging", "Look for transactions no coordinator will end; ends with 1 when there are any", environment)
    {
        _topics.CompletionSources.Add(new LiveNames(environment).Topics);
        Add(_topics);
        Add(_longerThan);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string[] topics = parsed.GetValue(_topics) ?? [];
        foreach (string topic in topics) await context.Admin.TopicOrFailAsync(topic, cancelled);
        (IReadOnlyList<OpenTransaction> hanging, int unseen) = await OpenTransaction.FindHangingAsync(
            context.Admin,
            topics.Length == 0 ? null : topics,
            PointInTime.ParseDuration(parsed.GetRequiredValue(_longerThan)),
            context.Environment.Time.GetUtcNow(),
            cancelled);
        context.Results.Write(new Listing<OpenTransaction>(
            hanging,
            new("topic", open => open.Partition.Topic),
            new("partition", open => open.Partition.Partition),
            new("start-offset", open => open.Producer.CurrentTransactionStart?.Value),
            new("producer-id", open => open.Producer.ProducerId),
            new("producer-epoch", open => open.Producer.ProducerEpoch),
            new("transactional-id", open => open.TransactionalId),
            new("last-timestamp", open => open.Producer.LastTimestamp?.ToUnixTimeMilliseconds(), open => TimeText.Of(open.Producer.LastTimestamp?.ToUnixTimeMilliseconds() ?? -1)))
        {
            WhenEmpty = "No transaction hangs.",
        });
        if (unseen > 0) context.Note($"{CountText.Of(unseen, "partition")} could not be looked at: they have no leader.");
        if (hanging.Count == 0) return unseen == 0 ? ExitCodes.Done : ExitCodes.Failed;
        context.Note("try:   ./logbroker txn abort --topic TOPIC --partition N --start-offset OFFSET");
        return ExitCodes.Failed;
    }
}
