using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LogBroker.AdminCli.Commands;

/// <summary>A command's help, and examples below it.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = new HelpAction().Invoke(parseResult);
        string verb = CommandRun.PathOf(parseResult.CommandResult)[CommandRun.Program.Length..].Trim();
        string[] lines = [.. Examples.Of(verb)];
        if (lines.Length == 0) return exitCode;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string line in lines) output.WriteLine($"  {line}");
        output.WriteLine();
        return exitCode;
    }
}
