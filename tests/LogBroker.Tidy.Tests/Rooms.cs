using System.Xml.Linq;

namespace LogBroker.Tidy.Tests;

/// <summary>Which project may reference which: the arrows of ARCHITECTURE.md.</summary>
internal static class Rooms
{
    private static readonly string[] Wire = ["LogBroker.Protocol", "LogBroker.Compression", "LogBroker.Transport"];

    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["LogBroker.Protocol.Generator"] = [],
        ["LogBroker.Protocol"] = ["LogBroker.Protocol.Generator"],
        ["LogBroker.Compression"] = ["LogBroker.Protocol"],
        ["LogBroker.Transport"] = ["LogBroker.Protocol"],
        ["LogBroker.Client"] = Wire,
        ["LogBroker.Client.DependencyInjection"] = ["LogBroker.Client"],
        ["LogBroker.Metadata"] = ["LogBroker.Protocol"],
        ["LogBroker.Storage"] = ["LogBroker.Protocol", "LogBroker.Compression"],
        ["LogBroker.Replication"] =
            ["LogBroker.Protocol", "LogBroker.Storage", "LogBroker.Metadata", "LogBroker.Transport"],
        ["LogBroker.Coordination"] = ["LogBroker.Protocol", "LogBroker.Metadata"],
        ["LogBroker.Server"] =
            [.. Wire, "LogBroker.Storage", "LogBroker.Metadata", "LogBroker.Replication", "LogBroker.Coordination"],
        ["LogBroker.Streams"] = ["LogBroker.Client"],
        ["LogBroker.Streams.TestDriver"] = ["LogBroker.Streams"],
        ["LogBroker.AdminCli"] = ["LogBroker.Client"],
    };

    /// <summary>Samples use what their readers would.</summary>
    private const string SamplesFolder = "client/samples/";

    private static readonly string[] ForSamples =
        ["LogBroker.Client", "LogBroker.Client.DependencyInjection", "LogBroker.Testing"];

    /// <summary>The references of a project that it must not have; every product project must be in the table.</summary>
    /// <param name="path">The project file's path from the root.</param>
    /// <param name="project">Its content.</param>
    public static IEnumerable<string> ForbiddenReferences(string path, XDocument project)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        bool isProduct = Repository.ProductFolders.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal));
        if (!isProduct)
            yield break;
        string[]? allowed = path.StartsWith(SamplesFolder, StringComparison.Ordinal) ? ForSamples : Arrows.GetValueOrDefault(name);
        if (allowed is null)
        {
            yield return $"{path}: {name} is a new room; add it and what it may reference to the arrows.";
            yield break;
        }
        foreach (XElement reference in project.Descendants("ProjectReference"))
        {
            string target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
            if (!allowed.Contains(target, StringComparer.Ordinal))
                yield return $"{path}: {name} must not reference {target}.";
        }
    }
}
