using System.Text;

namespace LogBroker.Tests.Processes;

/// <summary>What a finished child left: its exit code, its standard output as bytes, its standard error as text.</summary>
internal sealed record ProcessOutcome(string Command, int ExitCode, byte[] Output, string Errors)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public IReadOnlyList<string> Lines =>
        Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails the test unless the child exited with 0.</summary>
    public ProcessOutcome Succeeded()
    {
        Assert.True(ExitCode == 0, $"{Command}\nexited with {ExitCode}\n{Tail(Text)}\n{Tail(Errors)}");
        return this;
    }

    private static string Tail(string text) => text.Length <= 4000 ? text : text[^4000..];
}
