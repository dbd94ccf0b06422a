namespace LogBroker.AdminCli.Tests;

/// <summary>A test that needs a shell; skipped where it is not installed.</summary>
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell)
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, shell)));
        if (!isThere) Skip = $"needs {shell}: apt-get install {shell}";
    }
}
