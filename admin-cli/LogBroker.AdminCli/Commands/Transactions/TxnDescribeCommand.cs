using System.CommandLine;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Commands.Transactions;

/// <summary>Tells all about transactional ids.</summary>
internal sealed class TxnDescribeCommand : VerbCommand
{
    private readonly Argument<string[]> _ids = new("transactional-id") { Description = "Their ids", Arity = ArgumentArity.OneOrMore };

    public TxnDescribeCommand(CommandEnvironment environment)
        : base("describe", "Describe transactional ids: producer, state, partitions of the open transaction", environment)
    {
        _ids.HelpName = "transactional-id";
        _ids.CompletionSources.Add(new LiveNames(environment).TransactionalIds);
        Add(_ids);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string[] ids = parsed.GetRequiredValue(_ids);
        AdminResults<string, TransactionDescription> results = await context.Admin.Transactions.DescribeAsync(ids, cancelled);
        foreach ((string id, KafkaException failure) in results.Failures)
        {
            FailureText text = failure.ErrorCode == ErrorCode.TransactionalIdNotFound
                ? FailureText.Of(await Unknown.TransactionalIdAsync(context.Admin, id, cancelled))!
                : FailureText.Of(failure)!;
            text.WriteTo(context.Environment);
        }
        DateTimeOffset now = context.Environment.Time.GetUtcNow();
        if (results.Values.Count > 0) context.Results.Write(new Several([.. ids.Where(results.Values.ContainsKey).Select(id => Document(results[id], now))]));
        return results.Failures.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static Details Document(TransactionDescription transaction, DateTimeOffset now) => new Details()
        .Add("transactional-id", transaction.TransactionalId)
        .Add("state", transaction.State.ToString())
        .Add("coordinator", transaction.CoordinatorId)
        .Add("producer-id", transaction.ProducerId)
        .Add("producer-epoch", transaction.ProducerEpoch)
        .Add("timeout-seconds", TimeText.Seconds(transaction.Timeout), TimeText.Of(transaction.Timeout))
        .Add("open-seconds", TimeText.Seconds(now - transaction.StartedAt), TimeText.Of(now - transaction.StartedAt))
        .Add("partitions", new JsonArray([.. transaction.Partitions.Select(partition => (JsonNode)partition.ToString())]));
}
