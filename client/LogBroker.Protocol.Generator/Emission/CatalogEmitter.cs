using System.Collections.Generic;
using System.Linq;
using LogBroker.Protocol.Generator.Schema;

namespace LogBroker.Protocol.Generator.Emission;

/// <summary>Writes the table of all APIs, and the reading of a message by its API key.</summary>
internal static class CatalogEmitter
{
    public static string Emit(IReadOnlyCollection<ApiHeading> apis)
    {
        var code = new CodeText();
        MessageEmitter.EmitPreamble(code);
        code.Line("using System;");
        code.Line("using System.Collections.Immutable;");
        code.Line("using LogBroker.Protocol.Primitives;");
        code.Line();
        code.Line("namespace LogBroker.Protocol.Messages;");
        code.Line();
        code.Open("public static partial class ApiCatalog");
        EmitTable(code, apis);
        foreach (string kind in new[] { "Request", "Response" })
        {
            code.Line();
            EmitRead(code, apis, kind);
        }
        code.Close();
        return code.ToString();
    }

    private static void EmitTable(CodeText code, IReadOnlyCollection<ApiHeading> apis)
    {
        code.Line("private static ImmutableArray<ApiDescription> Declared() =>");
        code.Line("[");
        foreach (var api in apis.OrderBy(api => api.Key))
        {
            string request = api.Name + "Request";
            int highestStable = api.UnstableVersion - 1 ?? api.Versions.Highest;
            code.Continue(
                $"new(ApiKey.{api.Name}, {request}.Versions, {highestStable}, {request}.FirstFlexibleVersion),");
        }
        code.Line("];");
    }

    private static void EmitRead(CodeText code, IReadOnlyCollection<ApiHeading> apis, string kind)
    {
        code.Line($"private static I{kind} Read{kind}Of(ApiKey key, ref KafkaReader reader, short version)");
        code.Open();
        code.Open("switch (key)");
        foreach (var api in apis.OrderBy(api => api.Key))
            code.Line($"case ApiKey.{api.Name}: return {api.Name}{kind}.Read(ref reader, version);");
        code.Line("default: throw new ArgumentOutOfRangeException(nameof(key), key, \"No such API is declared.\");");
        code.Close();
        code.Close();
    }
}
