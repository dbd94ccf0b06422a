namespace LogBroker.Server.Tests;

/// <summary>The repository the tests were built from.</summary>
internal static class Repository
{
    /// <summary>A file of it, by its path from the root.</summary>
    public static string PathOf(string file)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LogBroker.sln"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, file);
    }
}
