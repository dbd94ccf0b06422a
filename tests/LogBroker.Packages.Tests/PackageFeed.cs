namespace LogBroker.Packages.Tests;

/// <summary>All packages, packed once from what was built, as a feed in a temporary folder.</summary>
[CollectionDefinition(Name)]
public sealed class PackageFeed : IAsyncLifetime, ICollectionFixture<PackageFeed>
{
    /// <summary>The tests that share it.</summary>
    public const string Name = "Packages";

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("logbroker-packages-");

    /// <summary>Where the packages are.</summary>
    public string Folder => Path.Combine(_root.FullName, "feed");

    /// <summary>The repository.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    public Task InitializeAsync() => DotnetCommand.RunAsync(
        RepositoryRoot, "pack", "Packages.slnf", "--no-build", "--configuration", Configuration, "--output", Folder);

    public Task DisposeAsync()
    {
        _root.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A new folder for a user's program. Packages come from this feed, and what they depend on from those that the machine
    /// has already: no network is needed, and nothing of the feed stays on the machine.</summary>
    public string NewProgramFolder(string name)
    {
        DirectoryInfo folder = _root.CreateSubdirectory(name);
        string machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Path.Combine(folder.FullName, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_root.FullName, "used")}" /></config>
              <packageSources><clear /><add key="feed" value="{Folder}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="machine" value="{machine}" /></fallbackPackageFolders>
            </configuration>
            """);
        return folder.FullName;
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Packages.slnf"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Packages.slnf is in no folder above the tests.");
    }
}
