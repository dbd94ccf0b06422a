using System.Text;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Commands;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>The program, run in the test's process as a user runs it.</summary>
/// <remarks>Used by one test. Its profiles are in a folder of its own, which is removed when the process ends.</remarks>
internal sealed class CommandLineUnderTest
{
    private static readonly Lazy<string> Homes = new(NewHomes);

    private readonly string _home = Directory.CreateDirectory(Path.Combine(Homes.Value, Guid.NewGuid().ToString("N"))).FullName;
    private readonly Dictionary<string, string> _variables;

    /// <param name="target">The cluster it speaks to when nothing else is said; null for none.</param>
    public CommandLineUnderTest(ClientTarget? target = null)
    {
        _variables = new(StringComparer.Ordinal) { ["HOME"] = _home, [Clusters.LiveNames.TimeoutVariable] = "60" };
        if (target is not null) _variables["LOGBROKER_BOOTSTRAP_SERVERS"] = target.Bootstrap;
    }

    /// <summary>A folder for the test's files.</summary>
    public string Home => _home;

    public bool IsTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>What is typed when something is asked.</summary>
    public string? Answer { get; init; }

    /// <summary>Where its standard error goes.</summary>
    public StringWriter? Error { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long an address has to answer; where one is to be told of that does not, less is waited in vain.</summary>
    public TimeSpan AddressPatience { get; init; } = TimeSpan.FromSeconds(60);

    public string this[string variable]
    {
        set => _variables[variable] = value;
    }

    /// <summary>Runs a command.</summary>
    /// <param name="line">Its words, with spaces between them; quotes keep words together.</param>
    public Task<CommandResult> RunAsync(string line) => RunAsync(line, "");

    /// <param name="line">Its words, with spaces between them; quotes keep words together.</param>
    /// <param name="output">Where its standard output goes.</param>
    /// <param name="cancelled">Ctrl-C.</param>
    public Task<CommandResult> RunAsync(string line, StringWriter output, CancellationToken cancelled = default) => RunAsync(line, "", output, cancelled);

    /// <param name="line">Its words, with spaces between them; quotes keep words together.</param>
    /// <param name="input">What its standard input holds.</param>
    /// <param name="cancelled">Ctrl-C.</param>
    public Task<CommandResult> RunAsync(string line, string input, CancellationToken cancelled = default) => RunAsync(line, input, new StringWriter(), cancelled);

    /// <param name="words">The words as they are.</param>
    public Task<CommandResult> RunWordsAsync(params string[] words) => RunAsync(words, "", new StringWriter(), CancellationToken.None);

    private Task<CommandResult> RunAsync(string line, string input, StringWriter output, CancellationToken cancelled) =>
        RunAsync([.. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(line)], input, output, cancelled);

    private Task<CommandResult> RunAsync(string[] words, string input, StringWriter output, CancellationToken cancelled) =>
        RunAsync(words, () => new MemoryStream(Encoding.UTF8.GetBytes(input)), output, cancelled);

    /// <param name="words">The words as they are.</param>
    /// <param name="openInput">Its standard input.</param>
    /// <param name="output">Where its standard output goes.</param>
    /// <param name="cancelled">Ctrl-C.</param>
    public async Task<CommandResult> RunAsync(string[] words, Func<Stream> openInput, StringWriter output, CancellationToken cancelled = default)
    {
        StringWriter error = Error ?? new StringWriter();
        var environment = new CommandEnvironment
        {
            Output = output,
            Error = error,
            OpenInput = openInput,
            ReadAnswer = () => Answer,
            IsTerminal = IsTerminal,
            IsErrorTerminal = IsErrorTerminal,
            IsInteractive = Answer is not null,
            Variables = _variables,
            Time = Time,
            AddressPatience = AddressPatience,
            DetailPatience = TimeSpan.FromSeconds(60),
        };
        int exitCode = await CommandRun.RunAsync(words, environment, cancelled);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    private static string NewHomes()
    {
        string homes = Directory.CreateTempSubdirectory("logbroker-cli-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(homes, recursive: true);
        return homes;
    }
}

/// <summary>What a command did.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Its standard output, line by line.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Its standard output as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>The same result, if the command is done without a failure.</summary>
    public CommandResult Done()
    {
        Assert.True(ExitCode == ExitCodes.Done, $"exit code {ExitCode}\n{Output}{Error}");
        return this;
    }

    /// <summary>The same result, if the command failed.</summary>
    public CommandResult Failed(int exitCode = ExitCodes.Failed)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}\n{Output}{Error}");
        return this;
    }
}
