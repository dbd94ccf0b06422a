using System.CommandLine;
using LogBroker.AdminCli.Commands.Completion;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Transactions;

/// <summary>Lists transactional ids.</summary>
internal sealed class TxnListCommand : VerbCommand
{
    private readonly Option<TransactionStatus[]> _states = new Option<TransactionStatus[]>("--state") { Description = "Only those in this state", DefaultValueFactory = _ => [] }
        .CompletedAs<TransactionStatus[], TransactionStatus>();
    private readonly Option<string?> _openFor = new("--open-for") { Description = "Only transactions open for at least so long: 5m", HelpName = "duration" };

    public TxnListCommand(CommandEnvironment environment)
        : base("list", "List transactional ids and how far their transactions are", environment)
    {
        Aliases.Add("ls");
        Add(_states);
        Add(_openFor);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        TimeSpan? openFor = parsed.GetValue(_openFor) is { } text ? PointInTime.ParseDuration(text) : null;
        IReadOnlyList<TransactionListing> transactions = await context.Admin.Transactions.ListAsync(parsed.GetValue(_states), null, openFor, cancelled);
        context.Results.Write(new Listing<TransactionListing>(
            transactions,
            new("transactional-id", transaction => transaction.TransactionalId),
            new("state", transaction => transaction.State.ToString()),
            new("producer-id", transaction => transaction.ProducerId))
        {
            WhenEmpty = "There is none.",
        });
        return ExitCodes.Done;
    }
}
