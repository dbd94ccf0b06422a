using System.Linq;
using LogBroker.Protocol.Generator.Schema;

namespace LogBroker.Protocol.Generator.Emission;

/// <summary>Writes the constructor that reads a struct, and the loop that reads an array of it.</summary>
internal static class ReadEmitter
{
    public static void EmitConstructor(CodeText code, Scope scope)
    {
        code.Open($"internal {scope.Schema.Name}(ref KafkaReader reader, short version)");
        code.Line($"reader.Charge({scope.Schema.ObjectBytes()});");
        if (scope.AsksFlexible) code.Line($"bool flexible = {scope.FlexibleCondition};");
        foreach (var field in scope.Schema.Inline) EmitInline(code, scope, field);
        if (scope.MayBeFlexible) EmitTags(code, scope);
        code.Close();
    }

    public static void EmitArray(CodeText code, string name)
    {
        string parameters = "ref KafkaReader reader, short version, int count";
        code.Open($"internal static ImmutableArray<{name}> ReadArray({parameters})");
        code.Line("if (count == 0) return [];");
        code.Line($"var items = new {name}[count];");
        code.Line($"for (int i = 0; i < items.Length; i++) items[i] = new {name}(ref reader, version);");
        code.Line("return ImmutableCollectionsMarshal.AsImmutableArray(items);");
        code.Close();
    }

    private static void EmitInline(CodeText code, Scope scope, FieldSchema field)
    {
        string assignment = $"{field.Name} = {Expression(scope, field)};";
        code.Line(scope.Condition(field.Versions) is { } condition ? $"if ({condition}) {assignment}" : assignment);
    }

    private static string Expression(Scope scope, FieldSchema field)
    {
        if (!field.IsNullable) return ValueExpression(scope, field);
        string nullable = NullableExpression(scope, field);
        if (field.NullableVersions.Covers(field.Versions.Intersect(scope.Schema.Versions))) return nullable;
        return $"{scope.Condition(field.NullableVersions)} ? {nullable} : {ValueExpression(scope, field)}";
    }

    private static string ValueExpression(Scope scope, FieldSchema field)
    {
        if (field.IsSingleStruct) return $"new {field.StructName}(ref reader, version)";
        if (field.IsStructArray)
            return ReadArray(scope, field, $"reader.ReadArrayCount({ArrayArguments(scope, field)})");
        string arguments = field.HasLength ? scope.Compactness(field) : "";
        string call = $"reader.Read{field.Method()}({arguments})";
        return field.IsErrorCode() ? $"(ErrorCode){call}" : call;
    }

    private static string NullableExpression(Scope scope, FieldSchema field)
    {
        if (field.IsSingleStruct)
        {
            string form = field.Tag is null ? "" : "Tag";
            return $"reader.ReadIs{form}Present() ? new {field.StructName}(ref reader, version) : null";
        }
        if (field.IsStructArray)
        {
            string count = field.Name + "Count";
            string isPresent = $"reader.ReadNullableArrayCount({ArrayArguments(scope, field)}) is >= 0 and var {count}";
            return $"{isPresent} ? {ReadArray(scope, field, count)} : null";
        }
        return $"reader.ReadNullable{field.Method()}({scope.Compactness(field)})";
    }

    /// <summary>Names the struct in full, for the property may bear its name.</summary>
    private static string ReadArray(Scope scope, FieldSchema field, string count) =>
        $"{scope.Message.Name}.{field.StructName}.ReadArray(ref reader, version, {count})";

    private static string ArrayArguments(Scope scope, FieldSchema field) =>
        $"{scope.Compactness(field)}, {field.ElementWireBytesMin(scope)}";

    private static void EmitTags(CodeText code, Scope scope)
    {
        string condition = scope.AsksFlexible ? "if (flexible) " : "";
        if (!scope.Schema.Tagged.Any())
        {
            code.Line($"{condition}reader.SkipTaggedFields();");
            return;
        }
        if (scope.AsksFlexible) code.Line("if (!flexible) return;");
        code.Open("for (int left = reader.ReadTagCount(); left > 0; left--)");
        code.Open("switch (reader.ReadTag(out int end))");
        foreach (var field in scope.Schema.Tagged)
        {
            string guard = scope.Condition(field.Versions) is { } versions ? $" when {versions}" : "";
            code.Line($"case {field.Tag}{guard}:");
            code.Continue($"{field.Name} = {Expression(scope, field)};");
            code.Continue("break;");
        }
        code.Line("default:");
        code.Continue("reader.SkipTo(end);");
        code.Continue("break;");
        code.Close();
        code.Line("reader.EndTag(end);");
        code.Close();
    }
}
