using System.CommandLine;
using LogBroker.AdminCli.Clusters;

namespace LogBroker.AdminCli.Commands;

/// <summary>One verb of one noun: declares its arguments in the constructor, and does its work in <see cref="RunAsync"/>.</summary>
internal abstract class VerbCommand : Command
{
    protected VerbCommand(string name, string description, CommandEnvironment environment)
        : base(name, description) =>
        SetAction(async (parsed, cancelled) =>
        {
            if (!HasDryRun && parsed.GetValue(GlobalOptions.DryRun)) throw NoDryRun(parsed);
            await using var context = new CommandContext(environment, parsed);
            await using var watch = new AbsenceWatch(context, mayEnd: !ToldByItself, cancelled);
            try
            {
                return await watch.RunAsync(token => RunAsync(context, parsed, token));
            }
            catch (Exception e) when (FailureText.IsUnreachable(e))
            {
                throw await BootstrapProbe.ExplainAsync(e, context.Connection, cancelled);
            }
        });

    /// <summary>What it does to the cluster, or to the profiles.</summary>
    public virtual VerbEffect Effect => VerbEffect.None;

    /// <summary>Whether it can only say what it would do; one that cannot refuses to be asked for that.</summary>
    public virtual bool HasDryRun => true;

    /// <summary>Whether it tells itself of brokers that cannot be reached, and has more to tell.</summary>
    protected virtual bool ToldByItself => false;

    /// <summary>What to say when a dry run is asked for that there is not.</summary>
    protected static CommandException NoDryRun(ParseResult parsed) =>
        new($"{CommandRun.PathOf(parsed.CommandResult)} cannot be tried without doing it: there is no --dry-run of it.", null, ExitCodes.WrongUsage);

    /// <summary>Does the work.</summary>
    /// <returns>See <see cref="ExitCodes"/>.</returns>
    /// <exception cref="CommandException">It cannot go on.</exception>
    protected abstract Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled);
}
