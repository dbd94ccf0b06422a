using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

namespace LogBroker.Packages.Tests;

/// <summary>What is in the packages.</summary>
[Collection(PackageFeed.Name)]
public sealed class PackageTests(PackageFeed feed)
{
    [SdkFact]
    public void Packages_AreDescribedAndDependOnEachOther()
    {
        string[] packages = Directory.GetFiles(feed.Folder, "*.nupkg");
        string[] names = [.. packages.Select(path => Read(path, ".nuspec")).Select(spec => Value(XDocument.Parse(spec), "id"))];
        Assert.Contains("LogBroker.Client", names);
        Assert.Contains("LogBroker.Client.DependencyInjection", names);
        Assert.Contains("LogBroker.Testing", names);

        foreach (string path in packages)
        {
            XDocument spec = XDocument.Parse(Read(path, ".nuspec"));
            Assert.NotEqual("Package Description", Value(spec, "description"));
            Assert.Equal("LogBroker", Value(spec, "authors"));
            Assert.Contains("kafka", Value(spec, "tags").Split(' '));
            Assert.Equal("README.md", Value(spec, "readme"));
            Assert.StartsWith("# LogBroker", Read(path, "README.md"), StringComparison.Ordinal);
            IEnumerable<string> own = spec.Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(element => element.Attribute("id")!.Value)
                .Where(id => id.StartsWith("LogBroker", StringComparison.OrdinalIgnoreCase));
            Assert.Empty(own.Except(names));
        }
    }

    [SdkFact]
    public void Client_DependsOnAbstractionsOnly()
    {
        XDocument spec = XDocument.Parse(Read(Directory.GetFiles(feed.Folder, "LogBroker.Client.?.*.nupkg").Single(), ".nuspec"));

        string[] others =
        [
            .. spec.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value)
                .Where(id => !id.StartsWith("LogBroker.", StringComparison.Ordinal)),
        ];

        Assert.All(others, id => Assert.Matches(@"^Microsoft\.Extensions\..+\.Abstractions$", id));
    }

    [SdkFact]
    public void Assemblies_HoldTheirSymbolsAndNoFolderOfTheMachineThatBuiltThem()
    {
        byte[] root = Encoding.UTF8.GetBytes(PackageFeed.RepositoryRoot + "/");
        foreach (string package in Directory.GetFiles(feed.Folder, "*.nupkg"))
        {
            using ZipArchive archive = ZipFile.OpenRead(package);
            ZipArchiveEntry assembly = archive.Entries.Single(
                entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal));
            using var bytes = new MemoryStream();
            using (Stream stream = assembly.Open()) stream.CopyTo(bytes);
            Assert.True(bytes.ToArray().AsSpan().IndexOf(root) < 0, $"{assembly.FullName} names {PackageFeed.RepositoryRoot}.");

            bytes.Position = 0;
            using var reader = new PEReader(bytes);
            DebugDirectoryEntry symbols = reader.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            using MetadataReaderProvider provider = reader.ReadEmbeddedPortablePdbDebugDirectoryData(symbols);
            MetadataReader pdb = provider.GetMetadataReader();
            Assert.All(pdb.Documents, handle => Assert.StartsWith("/_/", pdb.GetString(pdb.GetDocument(handle).Name), StringComparison.Ordinal));
            Assert.Contains(reader.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        }
    }

    private static string Value(XDocument spec, string name) =>
        spec.Descendants().Single(element => element.Name.LocalName == name).Value;

    private static string Read(string package, string ending)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        ZipArchiveEntry entry = archive.Entries.Single(
            entry => entry.FullName.EndsWith(ending, StringComparison.Ordinal) && !entry.FullName.Contains('/', StringComparison.Ordinal));
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
