using System.Diagnostics;

namespace LogBroker.Tests.Processes;

/// <summary>A program with its arguments and what it adds to the environment; immutable, not yet run.</summary>
internal sealed record ProcessCommand(string File, params IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public ProcessCommand With(params IReadOnlyList<string> more) => this with { Arguments = [.. Arguments, .. more] };

    public ProcessStartInfo ToStartInfo()
    {
        var info = new ProcessStartInfo(File)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        // The broker takes every LOGBROKER_ variable for a setting; those of these tests are none.
        foreach (string name in info.Environment.Keys.Where(IsOurs).ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach ((string name, string value) in Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private static bool IsOurs(string variable) => variable.StartsWith("LOGBROKER_", StringComparison.Ordinal);

    public override string ToString() => $"{File} {string.Join(' ', Arguments)}";
}
