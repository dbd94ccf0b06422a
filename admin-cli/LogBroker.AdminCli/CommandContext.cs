using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Commands;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.AdminCli;

/// <summary>One run of one verb: what the user said for all verbs alike, the client, and where results go.</summary>
internal sealed class CommandContext : IAsyncDisposable
{
    private readonly Lazy<ConnectionSettings> _connection;
    private ILoggerFactory _loggers;
    private LogBrokerClient? _client;

    public CommandContext(CommandEnvironment environment, ParseResult parsed)
    {
        Environment = environment;
        IsDryRun = parsed.GetValue(GlobalOptions.DryRun);
        AssumesYes = parsed.GetValue(GlobalOptions.Yes);
        OutputFormat format = parsed.GetValue(GlobalOptions.Output) ?? (environment.IsTerminal ? OutputFormat.Table : OutputFormat.Plain);
        Results = new DocumentWriter(environment, format);
        _loggers = parsed.GetValue(GlobalOptions.Verbose) ? new ClientLog(environment.Error) : NullLoggerFactory.Instance;
        _connection = new Lazy<ConnectionSettings>(() =>
        {
            ConnectionSettings settings = ConnectionSettings.Of(environment, parsed);
            if (settings.Caution is { } caution) Note(caution);
            return settings;
        });
    }

    public CommandEnvironment Environment { get; }

    /// <summary>Standard output.</summary>
    public DocumentWriter Results { get; }

    /// <summary>Nothing may be changed.</summary>
    public bool IsDryRun { get; }

    /// <summary>Which cluster is meant.</summary>
    public ConnectionSettings Connection => _connection.Value;

    /// <summary>Whether every question is answered with yes (<c>--yes</c>).</summary>
    public bool AssumesYes { get; }

    /// <summary>Whether the cluster was asked for.</summary>
    public bool HasClient => _client is not null;

    /// <summary>The cluster that is meant; nothing is connected before it is asked something.</summary>
    public LogBrokerClient Client => _client ??= new LogBrokerClient(_connection.Value.ToClientOptions(_loggers));

    /// <summary>What administers that cluster.</summary>
    public AdminClient Admin => Client.Admin;

    /// <summary>Tells of brokers that go away and come back, from now on; said before the cluster is asked anything.</summary>
    public void TellOfLostBrokers()
    {
        if (_loggers is NullLoggerFactory) _loggers = new LostBrokerNotices(Note);
    }

    /// <summary>What is not data: for standard error. Any thread may note.</summary>
    public void Note(string text)
    {
        lock (Results.Drawing)
        {
            Results.Leave();
            Environment.Error.WriteLine(text);
        }
    }

    /// <summary>Lets somebody think twice before something is destroyed: always on a profile marked production, and never where
    /// <c>--yes</c> was said.</summary>
    /// <param name="what">What is about to happen, as "delete topic orders".</param>
    /// <exception cref="CommandException">They said no, or nobody can be asked.</exception>
    public void Confirm(string what)
    {
        if (_connection.Value.ProductionProfile is { } profile) ConfirmAlways(what, $"the profile {profile} is marked production");
    }

    /// <summary>The same, whatever the profile.</summary>
    /// <param name="what">What is about to happen.</param>
    /// <param name="why">Why it is asked.</param>
    /// <exception cref="CommandException">They said no, or nobody can be asked.</exception>
    public void ConfirmAlways(string what, string why)
    {
        if (AssumesYes || IsDryRun) return;
        if (!Environment.IsInteractive)
            throw new CommandException($"To {what} has to be confirmed: {why}, and there is nobody to ask.", "Add --yes when it is meant, --dry-run to see it only.", ExitCodes.WrongUsage);
        Ask($"About to {what}; {why}. Go on?");
    }

    /// <summary>Asks, whatever the profile.</summary>
    /// <exception cref="CommandException">They said no.</exception>
    public void Ask(string question)
    {
        Environment.Error.Write($"{question} [y/N] ");
        if (Environment.ReadAnswer()?.Trim() is not ("y" or "Y" or "yes")) throw new CommandException("Nothing was done.", null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null && !Environment.EndsWithCommand) await _client.DisposeAsync();
    }
}
