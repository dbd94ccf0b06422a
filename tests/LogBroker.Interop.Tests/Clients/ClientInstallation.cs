using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Clients;

/// <summary>Runs the <c>install</c> script once a test run; it takes milliseconds when nothing is missing.</summary>
internal static class ClientInstallation
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(10);

    private static readonly Lazy<Task> Installed = new(async () =>
    {
        var script = new ProcessCommand(Path.Combine(InteropEnvironment.ProjectDirectory, "install"));
        (await ChildProcess.RunAsync(script, timeLimit: InstallLimit)).Succeeded();
    });

    public static Task EnsureAsync() => Installed.Value;
}
