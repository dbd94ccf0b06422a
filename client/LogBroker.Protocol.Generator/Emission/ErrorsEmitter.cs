using System.Linq;
using LogBroker.Protocol.Generator.Schema;

namespace LogBroker.Protocol.Generator.Emission;

/// <summary>Writes the method that names every error code in a response, itself and in its structs.</summary>
internal static class ErrorsEmitter
{
    public static void Emit(CodeText code, StructSchema schema, string access)
    {
        code.Line();
        code.Open($"{access} void TellErrors(IErrorObserver observer)");
        foreach (var field in schema.Fields) EmitField(code, field);
        code.Close();
    }

    /// <summary>Whether the struct, or one within it, has an error code.</summary>
    public static bool HasErrors(StructSchema schema) => schema.Fields.Any(field =>
        field.IsErrorCode() || (field.Struct is { } inner && HasErrors(inner)));

    private static void EmitField(CodeText code, FieldSchema field)
    {
        if (field.IsErrorCode()) code.Line($"if ({field.Name} != ErrorCode.None) observer.Observe({field.Name});");
        if (field.Struct is not { } inner || !HasErrors(inner)) return;
        if (field.IsSingleStruct)
        {
            code.Line($"{field.Name}{(field.IsNullable ? "?" : "")}.TellErrors(observer);");
            return;
        }
        string items = field.IsNullable ? $"{field.Name}.GetValueOrDefault()" : field.Name;
        code.Line($"foreach (var item in {items}.AsSpan()) item.TellErrors(observer);");
    }
}
