using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LogBroker.Tidy.Tests;

/// <summary>The house's rules about one C# file. Each yields sentences that start with the file.</summary>
internal static partial class TidyRules
{
    private const int FileLinesMax = 400;
    private const int MethodLinesMax = 70;
    private const int ConstructorParametersMax = 7;

    private static readonly string[] BannedWords =
        ["Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Common", "Manager", "Misc"];

    /// <summary>A long file has more than one subject.</summary>
    public static IEnumerable<string> FileLength(SourceFile file)
    {
        if (file.LineCount > FileLinesMax)
            yield return $"{file.Path}: {file.LineCount} lines, at most {FileLinesMax}; split it by subject.";
    }

    /// <summary>A method fits on a screen.</summary>
    public static IEnumerable<string> MethodLength(SourceFile file) =>
        from method in file.Syntax.DescendantNodes()
        where method is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        let span = method.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > MethodLinesMax
        select $"{file.Path}:{SourceFile.LineOf(method)}: a method of {lines} lines, at most {MethodLinesMax}.";

    /// <summary>A class that needs many things does many things. Records are data and may have more parts.</summary>
    public static IEnumerable<string> ConstructorParameters(SourceFile file) =>
        from list in file.Syntax.DescendantNodes().OfType<ParameterListSyntax>()
        where list.Parent is ConstructorDeclarationSyntax or ClassDeclarationSyntax
        where list.Parameters.Count > ConstructorParametersMax
        select $"{file.Path}:{SourceFile.LineOf(list)}: a constructor with {list.Parameters.Count} parameters, " +
            $"at most {ConstructorParametersMax}.";

    /// <summary>Names that say nothing gather things that do not belong together.</summary>
    public static IEnumerable<string> Names(SourceFile file)
    {
        foreach (string folder in file.Path.Split('/').SkipLast(1))
        {
            if (BannedWordIn(folder) is { } word)
                yield return $"{file.Path}: no folder is called {word}; say what it holds.";
        }
        foreach (BaseTypeDeclarationSyntax type in file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
        {
            if (BannedWordIn(type.Identifier.Text) is { } word)
                yield return $"{file.Path}:{SourceFile.LineOf(type)}: {type.Identifier.Text}: no type is called {word}; say what it does.";
        }
    }

    /// <summary>What needs folding away needs splitting.</summary>
    public static IEnumerable<string> Regions(SourceFile file) =>
        from trivia in file.Syntax.DescendantTrivia()
        where trivia.IsKind(SyntaxKind.RegionDirectiveTrivia)
        select $"{file.Path}:{SourceFile.LineOf(trivia)}: no regions.";

    /// <summary>Work that is left belongs in the issue list.</summary>
    public static IEnumerable<string> UnfinishedMarks(SourceFile file) =>
        from trivia in file.Syntax.DescendantTrivia()
        where UnfinishedMark().IsMatch(trivia.ToFullString()) && IsComment(trivia)
        select $"{file.Path}:{SourceFile.LineOf(trivia)}: {UnfinishedMark().Match(trivia.ToFullString()).Value} in a comment; " +
            "do it, or open an issue.";

    /// <summary>A sleeping thread is one that others wait for.</summary>
    public static IEnumerable<string> Sleeps(SourceFile file) => file.IsProduct ? Uses(file, ["Thread.Sleep"], "wait on an event or a timer") : [];

    /// <summary>The clock, threads and chance come from outside into what a simulator must be able to drive.</summary>
    public static IEnumerable<string> Seams(SourceFile file)
    {
        string[] rooms = ["Storage", "Metadata", "Replication", "Coordination"];
        if (!rooms.Any(room => file.Path.StartsWith($"broker/LogBroker.{room}/", StringComparison.Ordinal)))
            return [];
        string[] clocks =
        [
            "DateTime.UtcNow", "DateTime.Now", "DateTime.Today", "DateTimeOffset.UtcNow", "DateTimeOffset.Now",
            "Stopwatch.GetTimestamp", "Stopwatch.StartNew", "Environment.TickCount", "Environment.TickCount64",
        ];
        string[] threads = ["Task.Run", "Task.Factory.StartNew", "ThreadPool.QueueUserWorkItem", "ThreadPool.UnsafeQueueUserWorkItem"];
        return Uses(file, clocks, "use the injected TimeProvider")
            .Concat(Uses(file, threads, "let the host run it"))
            .Concat(Uses(file, ["Random.Shared"], "take the source of chance as a parameter"))
            .Concat(Creations(file, ["Thread", "Timer", "Random"], "let the host give it"));
    }

    private static IEnumerable<string> Uses(SourceFile file, string[] members, string instead) =>
        from access in file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        let text = access.WithoutTrivia().ToString()
        let member = members.FirstOrDefault(member => text == member || text.EndsWith("." + member, StringComparison.Ordinal))
        where member is not null
        select $"{file.Path}:{SourceFile.LineOf(access)}: {member}; {instead}.";

    private static IEnumerable<string> Creations(SourceFile file, string[] types, string instead) =>
        from creation in file.Syntax.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
        let type = creation.Type.ToString().Split('.')[^1]
        where types.Contains(type, StringComparer.Ordinal)
        select $"{file.Path}:{SourceFile.LineOf(creation)}: new {type}; {instead}.";

    private static bool IsComment(SyntaxTrivia trivia) => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia
        or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia
        or SyntaxKind.MultiLineDocumentationCommentTrivia;

    private static string? BannedWordIn(string name) => Words().Matches(name).Select(match => match.Value)
        .FirstOrDefault(word => BannedWords.Contains(word, StringComparer.OrdinalIgnoreCase));

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")]
    private static partial Regex Words();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex UnfinishedMark();
}
