using System.CommandLine.Completions;
using System.Globalization;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client;

namespace LogBroker.AdminCli.Clusters;

/// <summary>What the cluster's topics, groups and transactional ids are called, asked while somebody types.</summary>
/// <remarks>Completion is a synchronous affair, and a shell that waits is worse than one that does not complete: after a second (or as
/// many as <c>LOGBROKER_COMPLETION_TIMEOUT</c> says), or when the cluster cannot be asked, there are no names.</remarks>
internal sealed class LiveNames(CommandEnvironment environment)
{
    public const string TimeoutVariable = "LOGBROKER_COMPLETION_TIMEOUT";

    private TimeSpan Patience => TimeSpan.FromSeconds(
        double.TryParse(environment.Variables.GetValueOrDefault(TimeoutVariable), CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 3600
            ? seconds
            : 1);

    public IEnumerable<CompletionItem> Topics(CompletionContext typed) => Ask(
        typed, async (admin, cancelled) => (await admin.Topics.ListAsync(cancellationToken: cancelled)).Select(topic => topic.Name));

    public IEnumerable<CompletionItem> Groups(CompletionContext typed) => Ask(
        typed, async (admin, cancelled) => (await admin.Groups.ListAsync(cancellationToken: cancelled)).Select(group => group.GroupId));

    public IEnumerable<CompletionItem> TransactionalIds(CompletionContext typed) => Ask(
        typed, async (admin, cancelled) => (await admin.Transactions.ListAsync(cancellationToken: cancelled)).Select(transaction => transaction.TransactionalId));

    /// <summary>The settings of what is named on the command line.</summary>
    public IEnumerable<CompletionItem> ConfigKeys(CompletionContext typed, ConfigResource resource, string suffix) => Ask(
        typed, async (admin, cancelled) => (await admin.Configs.DescribeAsync(resource, cancelled)).Keys.Select(key => key + suffix));

    private CompletionItem[] Ask(CompletionContext typed, Func<AdminClient, CancellationToken, Task<IEnumerable<string>>> names)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, environment.Time);
            return [.. AskAsync(typed, names, patience.Token).GetAwaiter().GetResult().Order(StringComparer.Ordinal).Select(name => new CompletionItem(name))];
        }
        catch (Exception e) when (FailureText.Of(e) is not null)
        {
            return [];
        }
    }

    private async Task<IEnumerable<string>> AskAsync(
        CompletionContext typed, Func<AdminClient, CancellationToken, Task<IEnumerable<string>>> names, CancellationToken cancelled)
    {
        ConnectionSettings connection = ConnectionSettings.Of(environment, typed.ParseResult) with { Timeout = Patience };
        await using var client = new LogBrokerClient(connection.ToClientOptions(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
        return await names(client.Admin, cancelled);
    }
}
