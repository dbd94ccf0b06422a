using System.Collections.Generic;
using System.Linq;
using LogBroker.Protocol.Generator.Schema;

namespace LogBroker.Protocol.Generator.Emission;

/// <summary>Writes the method that writes a struct, and the question whether it is all defaults.</summary>
internal static class WriteEmitter
{
    public static void EmitWrite(CodeText code, Scope scope, string access)
    {
        code.Open($"{access} void Write(ref KafkaWriter writer, short version)");
        if (scope.IsRoot)
            code.Line($"Versions.Require(version, \"{scope.Message.Name}\");");
        if (scope.AsksFlexible) code.Line($"bool flexible = {scope.FlexibleCondition};");
        foreach (var field in scope.Schema.Inline) EmitInline(code, scope, field);
        if (scope.MayBeFlexible) EmitTags(code, scope);
        code.Close();
    }

    public static void EmitIsDefault(CodeText code, StructSchema schema)
    {
        code.Line($"internal static readonly {schema.Name} Default = new();");
        code.Line();
        var differences = schema.Fields.Select(field => $"({field.DiffersFromDefault()})").ToList();
        string condition = differences.Count == 0 ? "true" : $"!({string.Join(" || ", differences)})";
        code.Line($"internal bool IsDefault => ReferenceEquals(this, Default) || {condition};");
        code.Line();
    }

    private static void EmitInline(CodeText code, Scope scope, FieldSchema field)
    {
        if (scope.Condition(field.Versions) is not { } condition)
        {
            EmitValue(code, scope, field, "writer");
            return;
        }
        code.Open($"if ({condition})");
        EmitValue(code, scope, field, "writer");
        code.Close();
        if (field.IsIgnorable) return;
        code.Line($"else if ({field.DiffersFromDefault()})");
        code.Continue($"UnsupportedFieldException.ThrowAbsent(\"{Path(scope, field)}\", version);");
    }

    private static void EmitValue(CodeText code, Scope scope, FieldSchema field, string writer)
    {
        string value = Value(scope, field);
        if (field.IsSingleStruct) EmitStruct(code, field, writer);
        else if (field.IsStructArray) EmitStructArray(code, scope, field, value, writer);
        else if (field.HasLength) code.Line($"{writer}.Write{field.Method()}({value}, {scope.Compactness(field)});");
        else code.Line($"{writer}.Write{field.Method()}({(field.IsErrorCode() ? "(short)" : "")}{value});");
    }

    /// <summary>The property, made to throw where it is null and the version does not allow that.</summary>
    private static string Value(Scope scope, FieldSchema field)
    {
        if (!field.MayBeNull()) return field.Name;
        if (field.NullableVersions.Covers(field.Versions.Intersect(scope.Schema.Versions))) return field.Name;
        string path = Path(scope, field);
        string required = $"UnsupportedFieldException.Require({field.Name}, \"{path}\", version)";
        var nullable = field.NullableVersions.Intersect(scope.Schema.Versions);
        return nullable.IsEmpty ? required : $"{scope.Condition(nullable)} ? {field.Name} : {required}";
    }

    private static void EmitStruct(CodeText code, FieldSchema field, string writer)
    {
        if (!field.IsNullable)
        {
            code.Line($"{field.Name}.Write(ref {writer}, version);");
            return;
        }
        string form = field.Tag is null ? "" : "Tag";
        code.Line($"{writer}.WriteIs{form}Present({field.Name} is not null);");
        code.Line($"{field.Name}?.Write(ref {writer}, version);");
    }

    private static void EmitStructArray(CodeText code, Scope scope, FieldSchema field, string value, string writer)
    {
        if (field.IsNullable)
        {
            string orNull = field.Name + "OrNull";
            code.Line($"var {orNull} = {value};");
            code.Line($"{writer}.WriteArrayCount({orNull}, {scope.Compactness(field)});");
            value = $"{orNull}.GetValueOrDefault()";
        }
        else
        {
            code.Line($"{writer}.WriteArrayCount({value}.AsSpan().Length, {scope.Compactness(field)});");
        }
        code.Line($"foreach (var item in {value}.AsSpan()) item.Write(ref {writer}, version);");
    }

    private static void EmitTags(CodeText code, Scope scope)
    {
        var tagged = scope.Schema.Tagged.ToList();
        if (tagged.Count == 0)
        {
            code.Line($"{(scope.AsksFlexible ? "if (flexible) " : "")}writer.WriteEmptyTags();");
            return;
        }
        EmitAbsentTags(code, scope, tagged);
        if (scope.AsksFlexible) code.Line("if (!flexible) return;");
        code.Line("int tags = 0;");
        foreach (var field in tagged) code.Line($"if ({Holds(scope, field)}) tags++;");
        code.Line("writer.WriteUnsignedVarInt((uint)tags);");
        code.Line("if (tags == 0) return;");
        foreach (var field in tagged) EmitTag(code, scope, field);
    }

    /// <summary>Refuses a tagged field that is set in a version below it.</summary>
    private static void EmitAbsentTags(CodeText code, Scope scope, IEnumerable<FieldSchema> tagged)
    {
        foreach (var field in tagged.Where(field => !field.IsIgnorable))
        {
            if (scope.Condition(field.Versions) is not { } condition) continue;
            code.Line($"if (!({condition}) && {field.DiffersFromDefault()})");
            code.Continue($"UnsupportedFieldException.ThrowAbsent(\"{Path(scope, field)}\", version);");
        }
    }

    private static void EmitTag(CodeText code, Scope scope, FieldSchema field)
    {
        code.Open($"if ({Holds(scope, field)})");
        if (field.FixedWireBytes() is { } bytes)
        {
            code.Line($"writer.WriteTag({field.Tag}, {bytes});");
            EmitValue(code, scope, field, "writer");
        }
        else
        {
            code.Line("var field = KafkaWriter.BeginTag();");
            EmitValue(code, scope, field, "field");
            code.Line($"writer.EndTag({field.Tag}, ref field);");
        }
        code.Close();
    }

    private static string Holds(Scope scope, FieldSchema field) =>
        scope.Condition(field.Versions) is { } condition
            ? $"{condition} && {field.DiffersFromDefault()}"
            : field.DiffersFromDefault();

    private static string Path(Scope scope, FieldSchema field) =>
        scope.IsRoot
            ? $"{scope.Message.Name}.{field.Name}"
            : $"{scope.Message.Name}.{scope.Schema.Name}.{field.Name}";
}
