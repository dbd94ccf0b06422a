using System.Diagnostics;

namespace LogBroker.Packages.Tests;

/// <summary>A test that needs the SDK itself, not only its runtime.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SdkFactAttribute : FactAttribute
{
    private static readonly string? Missing = FindMissing();

    public SdkFactAttribute() => Skip = Missing;

    private static string? FindMissing()
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "--list-sdks")
                {
                    RedirectStandardOutput = true,
                })!;
            return process.StandardOutput.ReadToEnd().Contains("10.", StringComparison.Ordinal)
                ? null
                : "the .NET 10 SDK, which packs and builds, is not installed";
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return $"'dotnet', which packs and builds, cannot be started: {failure.Message}";
        }
    }
}
