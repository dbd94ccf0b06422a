using Microsoft.CodeAnalysis;

namespace LogBroker.Protocol.Generator;

/// <summary>What the generator reports, at the line of the schema file that is wrong.</summary>
internal static class Diagnostics
{
    public static readonly DiagnosticDescriptor InvalidSchema = new(
        "LBP001", "Message schema is wrong", "{0}", "LogBroker.Protocol", DiagnosticSeverity.Error, true);
}
