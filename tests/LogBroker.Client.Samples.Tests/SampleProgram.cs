using System.Diagnostics;

namespace LogBroker.Client.Samples.Tests;

/// <summary>Runs a sample as its reader would.</summary>
internal static class SampleProgram
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(1);

    /// <summary>Runs it to its end.</summary>
    /// <returns>The lines it printed.</returns>
    public static async Task<string[]> RunAsync(string name, params string[] arguments)
    {
        // Every project is built into bin/NAME/CONFIGURATION.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, name + ".dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet")
        {
            ArgumentList = { program },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{name} did not end within {TimeLimit}. It printed:\n{await output}\n{await errors}");
        }
        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
