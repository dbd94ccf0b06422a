using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using LogBroker.Protocol.Generator.Emission;
using LogBroker.Protocol.Generator.Schema;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LogBroker.Protocol.Generator;

/// <summary>Turns the <c>.message</c> files of a project into message classes and the table of APIs.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class MessageGenerator : IIncrementalGenerator
{
    private const string Extension = ".message";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static file => Path.GetExtension(file.Path) == Extension)
            .Select(static (file, cancelled) => new SourceFile(file.Path, file.GetText(cancelled)?.ToString() ?? ""));
        context.RegisterSourceOutput(files, static (output, file) => EmitFile(output, file));
        var apis = files.Select(static (file, _) => SchemaParser.Parse(file.Text).Api).Collect();
        context.RegisterSourceOutput(apis, static (output, headings) => EmitCatalog(output, headings));
    }

    private static void EmitFile(SourceProductionContext output, SourceFile file)
    {
        var schema = SchemaParser.Parse(file.Text);
        foreach (var error in schema.Errors) output.ReportDiagnostic(ToDiagnostic(error, file));
        if (schema.Errors.Count > 0) return;
        string name = Path.GetFileNameWithoutExtension(file.Path);
        string folder = schema.Api is null ? "Record." : "Api.";
        output.AddSource(folder + name + ".g.cs", SourceText.From(MessageEmitter.Emit(schema), Encoding.UTF8));
    }

    private static void EmitCatalog(SourceProductionContext output, ImmutableArray<ApiHeading?> headings)
    {
        var apis = headings.OfType<ApiHeading>().ToList();
        if (apis.Count == 0) return;
        output.AddSource("ApiCatalog.g.cs", SourceText.From(CatalogEmitter.Emit(apis), Encoding.UTF8));
    }

    private static Diagnostic ToDiagnostic(SchemaError error, SourceFile file)
    {
        var lines = SourceText.From(file.Text).Lines;
        var line = lines[error.Line];
        var location = Location.Create(file.Path, line.Span, lines.GetLinePositionSpan(line.Span));
        return Diagnostic.Create(Diagnostics.InvalidSchema, location, error.Message);
    }

    private sealed record SourceFile(string Path, string Text);
}
