using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LogBroker.Tidy.Tests;

/// <summary>A C# file, parsed.</summary>
/// <param name="path">The path from the repository's root, with forward slashes.</param>
/// <param name="text">Its text.</param>
internal sealed class SourceFile(string path, string text)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    /// <summary>The path from the repository's root.</summary>
    public string Path { get; } = path;

    /// <summary>Whether the file is part of what is shipped.</summary>
    public bool IsProduct => Repository.ProductFolders.Any(folder => Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>The number of lines.</summary>
    public int LineCount => text.AsSpan().Count('\n') + (text.EndsWith('\n') ? 0 : 1);

    /// <summary>The parsed text.</summary>
    public SyntaxNode Syntax { get; } = CSharpSyntaxTree.ParseText(text, Options).GetRoot();

    /// <summary>Reads a file of the repository.</summary>
    public static SourceFile Load(string path) => new(path, File.ReadAllText(System.IO.Path.Combine(Repository.Root, path)));

    /// <summary>The line of a node, counted from 1.</summary>
    public static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>The line of a token, counted from 1.</summary>
    public static int LineOf(SyntaxToken token) => token.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>The line of a piece of trivia, counted from 1.</summary>
    public static int LineOf(SyntaxTrivia trivia) => trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
