using LogBroker.AdminCli.Output;
using Spectre.Console;

namespace LogBroker.AdminCli;

/// <summary>The outside of the program: its streams, its terminal, its variables and its clock.</summary>
internal sealed record CommandEnvironment
{
    /// <summary>Data, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Everything else: questions, progress, warnings, failures.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The bytes of standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal: where progress is shown.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whether somebody can answer a question.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>What somebody answers to a question; null when nobody does.</summary>
    public Func<string?> ReadAnswer { get; init; } = () => null;

    /// <summary>The outside's own names and values.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long an address that is looked at has to answer, before it counts as one that does not.</summary>
    public TimeSpan AddressPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long is waited for what is told beside the rest, before it is told as not known.</summary>
    public TimeSpan DetailPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether the process ends with the command: connections are then left to the system, which closes them in no time.</summary>
    public bool EndsWithCommand { get; init; }

    /// <summary>Whether the user wants colours, where there is a terminal for them.</summary>
    public bool WantsColor { get; init; } = true;

    /// <summary>Whether standard output can be drawn over.</summary>
    public bool CanRedraw => IsTerminal && !IsDumb;

    private bool HasColor => WantsColor && !IsDumb && Variables.GetValueOrDefault("NO_COLOR") is null or "";

    /// <summary>Whether the terminal knows letters only.</summary>
    private bool IsDumb => Variables.GetValueOrDefault("TERM") == "dumb";

    /// <summary>The process's own.</summary>
    public static CommandEnvironment OfProcess() => new()
    {
        Output = StandardOutput.Open(),
        Error = StandardOutput.OpenError(),
        OpenInput = Console.OpenStandardInput,
        // Looking at Console.In sets the terminal up, which takes time and writes to it: only when somebody is asked.
        ReadAnswer = () => Console.In.ReadLine(),
        IsTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Variables = ReadVariables(),
        EndsWithCommand = true,
    };

    /// <summary>What writes for standard output as for a terminal; without colours and of unbounded width where it is none.</summary>
    /// <param name="output">Where it writes.</param>
    public IAnsiConsole ConsoleOn(TextWriter output)
    {
        bool hasColor = IsTerminal && HasColor;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            // Without them it would ask the process's console for its colours, which writes sequences to get rid of them.
            Ansi = AnsiSupport.Yes,
            ColorSystem = hasColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!IsTerminal) console.Profile.Width = int.MaxValue / 2;
        return console;
    }

    /// <summary>Words for standard error, in their colour where it is a terminal.</summary>
    public string OnError(string words, Tone tone) => IsErrorTerminal && HasColor ? tone.Paint(words) : words;

    private static Dictionary<string, string> ReadVariables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }
}
