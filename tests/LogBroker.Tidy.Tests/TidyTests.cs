using System.Runtime.Versioning;
using System.Xml.Linq;

namespace LogBroker.Tidy.Tests;

/// <summary>The house's rules, held against the whole repository.</summary>
public sealed class TidyTests
{
    [Fact]
    public void Projects_ReferenceOnlyLowerRooms() => ExpectNone(Repository.Projects.SelectMany(path =>
        Rooms.ForbiddenReferences(path, XDocument.Load(Path.Combine(Repository.Root, path)))));

    [Fact]
    public void Projects_AreAllInTheSolution()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "LogBroker.sln")).Replace('\\', '/');
        ExpectNone(Repository.Projects.Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal))
            .Select(path => $"{path} is not in LogBroker.sln."));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Scripts_AreExecutable() => ExpectNone(new[] { "logbroker", "test", ".ci/run" }
        .Where(path => !File.GetUnixFileMode(Path.Combine(Repository.Root, path)).HasFlag(UnixFileMode.UserExecute))
        .Select(path => $"{path} is not executable."));

    [Fact]
    public void Files_AreShort() => ExpectNone(TidyRules.FileLength);

    [Fact]
    public void Methods_AreShort() => ExpectNone(TidyRules.MethodLength);

    [Fact]
    public void Constructors_TakeFewParameters() => ExpectNone(TidyRules.ConstructorParameters);

    [Fact]
    public void Names_SaySomething() => ExpectNone(TidyRules.Names);

    [Fact]
    public void Code_HasNoRegions() => ExpectNone(TidyRules.Regions);

    [Fact]
    public void Comments_HaveNoUnfinishedMarks() => ExpectNone(TidyRules.UnfinishedMarks);

    [Fact]
    public void Product_NeverSleeps() => ExpectNone(TidyRules.Sleeps);

    [Fact]
    public void StateMachines_HaveNoClockThreadOrChanceOfTheirOwn() => ExpectNone(TidyRules.Seams);

    private static void ExpectNone(Func<SourceFile, IEnumerable<string>> rule) => ExpectNone(Repository.Sources.SelectMany(rule));

    private static void ExpectNone(IEnumerable<string> violations)
    {
        string[] all = [.. violations];
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }
}
