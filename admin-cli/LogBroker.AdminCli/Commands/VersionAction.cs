using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace LogBroker.AdminCli.Commands;

/// <summary>Writes the program's version, whatever else was asked.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override bool Terminating => true;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        string? version = typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine(version);
        return ExitCodes.Done;
    }
}
