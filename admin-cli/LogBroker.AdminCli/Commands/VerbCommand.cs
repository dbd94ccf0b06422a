using System.CommandLine;

namespace LogBroker.AdminCli.Commands;

/// <summary>One verb of one noun: declares its arguments in the constructor, and does its work in <see cref="RunAsync"/>.</summary>
internal abstract class VerbCommand : Command
{
    protected VerbCommand(string name, string description, CommandEnvironment environment)
        : base(name, description) =>
        SetAction(async (parsed, cancelled) =>
        {
            try
            {
                await using var context = new CommandContext(environment, parsed);
                return await RunAsync(context, parsed, cancelled);
            }
            catch (IOException e) when (StandardOutput.IsGone(e))
            {
                return ExitCodes.Done;
            }
            catch (Exception e) when (FailureText.Of(e) is { } failure)
            {
                return failure.WriteTo(environment.Error);
            }
        });

    /// <summary>Does the work.</summary>
    /// <returns>See <see cref="ExitCodes"/>.</returns>
    /// <exception cref="CommandException">It cannot go on.</exception>
    protected abstract Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled);
}
