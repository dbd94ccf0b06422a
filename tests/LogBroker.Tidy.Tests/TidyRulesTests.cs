using System.Xml.Linq;

namespace LogBroker.Tidy.Tests;

/// <summary>Each rule sees what it is there for, and no more.</summary>
public sealed class TidyRulesTests
{
    private const string StoragePath = "broker/LogBroker.Storage/Logs/X.cs";

    [Theory]
    [InlineData("class X { void M() { System.Threading.Thread.Sleep(1); } }", "Thread.Sleep")]
    public void Sleeps_InProductCode_AreSeen(string code, string what)
    {
        AssertSeen(TidyRules.Sleeps, new SourceFile(StoragePath, code), what);
        Assert.Empty(TidyRules.Sleeps(new SourceFile("tests/X.cs", code)));
    }

    [Theory]
    [InlineData("DateTime.UtcNow")]
    [InlineData("DateTime.Now")]
    [InlineData("System.DateTimeOffset.UtcNow")]
    [InlineData("Stopwatch.GetTimestamp()")]
    [InlineData("Environment.TickCount64")]
    [InlineData("Task.Run(() => 1)")]
    [InlineData("new System.Threading.Thread(M)")]
    [InlineData("Random.Shared.Next()")]
    public void Seams_InAStateMachine_AreSeen(string expression)
    {
        string code = $"class X {{ object F => {expression}; }}";

        AssertSeen(TidyRules.Seams, new SourceFile(StoragePath, code), ";");
        Assert.Empty(TidyRules.Seams(new SourceFile("broker/LogBroker.Server/X.cs", code)));
    }

    [Theory]
    [InlineData("// DateTime.UtcNow would be wrong here\nclass X;")]
    [InlineData("class X { string F => \"Task.Run\"; }")]
    [InlineData("class X(TimeProvider time) { object F => time.GetUtcNow(); }")]
    public void Seams_InCommentsAndText_AreNotMeant(string code) => Assert.Empty(TidyRules.Seams(new SourceFile(StoragePath, code)));

    [Theory]
    [InlineData("class BufferUtils;")]
    [InlineData("struct TopicHelper;")]
    [InlineData("record ConnectionManager;")]
    [InlineData("enum Misc { A }")]
    public void Names_OfTypes_AreSeen(string code) => AssertSeen(TidyRules.Names, new SourceFile(StoragePath, code), "no type");

    [Theory]
    [InlineData("broker/LogBroker.Storage/Common/X.cs")]
    [InlineData("broker/LogBroker.Utils/X.cs")]
    public void Names_OfFolders_AreSeen(string path) => AssertSeen(TidyRules.Names, new SourceFile(path, "class X;"), "no folder");

    [Theory]
    [InlineData("class UtilizationReport;")]
    [InlineData("class Commons;")]
    public void Names_ThatOnlyContainTheLetters_AreFine(string code) => Assert.Empty(TidyRules.Names(new SourceFile(StoragePath, code)));

    [Fact]
    public void Regions_AreSeen() =>
        AssertSeen(TidyRules.Regions, new SourceFile(StoragePath, "class X {\n#region A\n#endregion\n}"), ":2:");

    [Theory]
    [InlineData("// TODO later\nclass X;")]
    [InlineData("/// <summary>FIXME</summary>\nclass X;")]
    public void UnfinishedMarks_InComments_AreSeen(string code) =>
        AssertSeen(TidyRules.UnfinishedMarks, new SourceFile(StoragePath, code), "issue");

    [Fact]
    public void Lengths_BeyondTheirBounds_AreSeen()
    {
        string lines = string.Concat(Enumerable.Repeat("F();\n", 70));
        var file = new SourceFile(StoragePath, $"class X {{ void M()\n{{\n{lines}}} }}\n" + new string('\n', 400));

        AssertSeen(TidyRules.MethodLength, file, "73 lines");
        AssertSeen(TidyRules.FileLength, file, "473 lines");
    }

    [Fact]
    public void ConstructorParameters_BeyondSeven_AreSeenButNotInRecords()
    {
        const string eight = "(int a, int b, int c, int d, int e, int f, int g, int h)";
        AssertSeen(TidyRules.ConstructorParameters, new SourceFile(StoragePath, $"class X {{ X{eight} {{ }} }}"), "8");
        AssertSeen(TidyRules.ConstructorParameters, new SourceFile(StoragePath, $"class X{eight};"), "8");
        Assert.Empty(TidyRules.ConstructorParameters(new SourceFile(StoragePath, $"record X{eight};")));
    }

    [Theory]
    [InlineData("broker/LogBroker.Metadata/LogBroker.Metadata.csproj", "../LogBroker.Storage/LogBroker.Storage.csproj", "must not reference")]
    [InlineData("broker/LogBroker.Server/LogBroker.Server.csproj", @"..\..\client\LogBroker.Client\LogBroker.Client.csproj", "must not reference")]
    [InlineData("broker/LogBroker.Attic/LogBroker.Attic.csproj", "x.csproj", "new room")]
    public void Arrows_Upwards_AreSeen(string path, string reference, string what) => Assert.Contains(what, Assert.Single(
        Rooms.ForbiddenReferences(path, ProjectWith(reference))), StringComparison.Ordinal);

    [Fact]
    public void Arrows_Downwards_AreFine() => Assert.Empty(Rooms.ForbiddenReferences(
        "broker/LogBroker.Storage/LogBroker.Storage.csproj", ProjectWith("../../client/LogBroker.Protocol/LogBroker.Protocol.csproj")));

    private static XDocument ProjectWith(string reference) => XDocument.Parse(
        $"<Project><ItemGroup><ProjectReference Include=\"{reference}\" /></ItemGroup></Project>");

    private static void AssertSeen(Func<SourceFile, IEnumerable<string>> rule, SourceFile file, string what)
    {
        string violation = Assert.Single(rule(file));
        Assert.StartsWith(file.Path, violation, StringComparison.Ordinal);
        Assert.Contains(what, violation, StringComparison.Ordinal);
    }
}
