using Spectre.Console;

namespace LogBroker.AdminCli.Output;

/// <summary>The header of a table whose rows are written as they come.</summary>
internal static class HeaderLine
{
    /// <summary>Writes it as one line: what is too long for the terminal goes on in the next, as the rows do.</summary>
    public static void Write(CommandEnvironment environment, string text)
    {
        IAnsiConsole console = environment.ConsoleOn(environment.Output);
        console.Profile.Width = int.MaxValue / 2;
        console.Write(new Text(text, console.HeaderStyle()));
        environment.Output.WriteLine();
    }
}
