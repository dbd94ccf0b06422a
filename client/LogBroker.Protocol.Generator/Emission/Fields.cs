using System;
using System.Collections.Generic;
using System.Linq;
using LogBroker.Protocol.Generator.Schema;

namespace LogBroker.Protocol.Generator.Emission;

/// <summary>How a field of the schema looks in C#.</summary>
internal static class Fields
{
    private static readonly Dictionary<FieldKind, Primitive> Kinds = new()
    {
        [FieldKind.Bool] = new("bool", "Boolean", 1, 1),
        [FieldKind.Int8] = new("sbyte", "Int8", 1, 1),
        [FieldKind.Int16] = new("short", "Int16", 2, 2),
        [FieldKind.UInt16] = new("ushort", "UInt16", 2, 2),
        [FieldKind.Int32] = new("int", "Int32", 4, 4),
        [FieldKind.UInt32] = new("uint", "UInt32", 4, 4),
        [FieldKind.Int64] = new("long", "Int64", 8, 8),
        [FieldKind.Float64] = new("double", "Float64", 8, 8),
        [FieldKind.Uuid] = new("Guid", "Uuid", 16, 16),
        [FieldKind.String] = new("string", "String", 2, 8),
        [FieldKind.Bytes] = new("ReadOnlyMemory<byte>", "Bytes", 4, 16),
        [FieldKind.Records] = new("IRecords", "Records", 4, 8),
    };

    /// <summary>Whether the int16 is an error code, which the protocol tells by its name.</summary>
    public static bool IsErrorCode(this FieldSchema field) =>
        field is { Kind: FieldKind.Int16, IsArray: false } &&
        field.Name.EndsWith("ErrorCode", StringComparison.Ordinal);

    /// <summary>The type of the value, or of each element of an array.</summary>
    public static string ElementType(this FieldSchema field) =>
        field.Kind == FieldKind.Struct ? field.StructName
        : field.IsErrorCode() ? "ErrorCode"
        : Kinds[field.Kind].Type;

    public static string PropertyType(this FieldSchema field)
    {
        string type = field.IsArray ? $"ImmutableArray<{field.ElementType()}>" : field.ElementType();
        return field.MayBeNull() ? type + "?" : type;
    }

    /// <summary>Whether the property's type has null. A records field always may: null is its default.</summary>
    public static bool MayBeNull(this FieldSchema field) => field.IsNullable || field.Kind == FieldKind.Records;

    /// <summary>The initializer behind the property, with a leading blank, or nothing.</summary>
    public static string Initializer(this FieldSchema field)
    {
        if (field.IsNullByDefault) return "";
        if (field.IsArray) return field.IsNullable ? $" = ImmutableArray<{field.ElementType()}>.Empty;" : " = [];";
        return field.Kind switch
        {
            FieldKind.String => " = \"\";",
            FieldKind.Bytes => field.IsNullable ? " = ReadOnlyMemory<byte>.Empty;" : "",
            FieldKind.Records => " = MemoryRecords.Empty;",
            FieldKind.Struct => $" = {field.StructName}.Default;",
            _ => field.Default is null ? "" : $" = {field.DefaultLiteral()};",
        };
    }

    /// <summary>The C# condition that the property holds something other than its default.</summary>
    public static string DiffersFromDefault(this FieldSchema field)
    {
        string name = field.Name;
        if (field.MayBeNull() && field.IsNullByDefault) return $"{name} is not null";
        if (field.IsArray)
            return field.IsNullable ? $"{name} is not {{ IsDefaultOrEmpty: true }}" : $"!{name}.IsDefaultOrEmpty";
        return field.Kind switch
        {
            FieldKind.String => $"{name} is not \"\"",
            FieldKind.Bytes => field.IsNullable ? $"{name} is not {{ IsEmpty: true }}" : $"!{name}.IsEmpty",
            FieldKind.Records => $"{name} is not {{ SizeInBytes: 0 }}",
            FieldKind.Struct => field.IsNullable ? $"{name} is not {{ IsDefault: true }}" : $"!{name}.IsDefault",
            FieldKind.Bool => field.Default == "true" ? $"!{name}" : name,
            FieldKind.Uuid => $"{name} != Guid.Empty",
            _ => $"{name} != {field.DefaultLiteral()}",
        };
    }

    /// <summary>The method that reads or writes the field, less its <c>Read</c> or <c>Write</c>.</summary>
    public static string Method(this FieldSchema field) =>
        field.Kind == FieldKind.Struct ? "Array" : Kinds[field.Kind].Method + (field.IsArray ? "Array" : "");

    /// <summary>The bytes of a value whose size never varies, or null.</summary>
    public static int? FixedWireBytes(this FieldSchema field) =>
        field.HasLength || field.Kind == FieldKind.Struct ? null : Kinds[field.Kind].WireBytes;

    /// <summary>The fewest bytes one element of a struct array takes, over all versions that carry the array.</summary>
    public static int ElementWireBytesMin(this FieldSchema field, Scope scope)
    {
        var present = field.Versions.Intersect(scope.Schema.Versions);
        return Enumerable.Range(present.Lowest, present.Highest - present.Lowest + 1)
            .Min(version => WireBytesMin(field.Struct!, scope.Message, version));
    }

    /// <summary>About how many bytes of heap an object of the struct takes, without what it refers to.</summary>
    public static int ObjectBytes(this StructSchema schema)
    {
        const int Header = 16;
        const int Alignment = 8;
        int bytes = Header + schema.Fields.Sum(ObjectBytes);
        return (bytes + Alignment - 1) / Alignment * Alignment;
    }

    private static int ObjectBytes(FieldSchema field)
    {
        const int Reference = 8;
        int bytes = field.IsArray || field.Kind == FieldKind.Struct ? Reference : Kinds[field.Kind].HeapBytes;
        bool hasNullFlag = field.IsNullable && (field.IsArray || field.Kind == FieldKind.Bytes);
        return hasNullFlag ? bytes + Reference : bytes;
    }

    private static int WireBytesMin(StructSchema schema, MessageSchema message, int version)
    {
        bool flexible = message.Flexible.Contains(version);
        int bytes = flexible ? 1 : 0;
        foreach (var field in schema.Inline.Where(field => field.Versions.Contains(version)))
        {
            bytes += field switch
            {
                { HasLength: true } when flexible => 1,
                { IsArray: true } => 4,
                { Kind: FieldKind.Struct, IsNullable: true } => 1,
                { Kind: FieldKind.Struct } => WireBytesMin(field.Struct!, message, version),
                _ => Kinds[field.Kind].WireBytes,
            };
        }
        return Math.Max(bytes, 1);
    }

    private static string DefaultLiteral(this FieldSchema field) =>
        field.IsErrorCode() ? $"(ErrorCode)({field.Default ?? "0"})" : field.Default ?? "0";

    /// <param name="Type">The C# type.</param>
    /// <param name="Method">What the reader and the writer call it.</param>
    /// <param name="WireBytes">Bytes on the wire; of a length in the older form where there is one.</param>
    /// <param name="HeapBytes">Bytes as a field of an object.</param>
    private sealed record Primitive(string Type, string Method, int WireBytes, int HeapBytes);
}
