namespace LogBroker.Tidy.Tests;

/// <summary>The files of the repository that people write.</summary>
internal static class Repository
{
    /// <summary>Folders with shipped code.</summary>
    public static readonly string[] ProductFolders = ["client", "broker", "streams", "admin-cli"];

    private static readonly string[] OtherFolders = ["tests", "loadtests"];

    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file under the top-level folders.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } = [.. Files(".cs").Select(SourceFile.Load)];

    /// <summary>Every project file, as paths from the root.</summary>
    public static IReadOnlyList<string> Projects { get; } = [.. Files(".csproj")];

    /// <summary>Files with this ending under the top-level folders, as paths from the root with forward slashes.</summary>
    private static IEnumerable<string> Files(string ending) => ProductFolders.Concat(OtherFolders)
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*" + ending, SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
        .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "LogBroker.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("LogBroker.sln is in no folder above the tests.");
    }
}
