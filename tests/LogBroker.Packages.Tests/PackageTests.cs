using System.IO.Compression;
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
