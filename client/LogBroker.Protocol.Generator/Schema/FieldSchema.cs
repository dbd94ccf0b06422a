namespace LogBroker.Protocol.Generator.Schema;

/// <summary>One field line of a schema.</summary>
internal sealed class FieldSchema(string name, int line)
{
    public string Name { get; } = name;

    /// <summary>The line of the schema file, from 0.</summary>
    public int Line { get; } = line;

    public FieldKind Kind { get; init; }

    public bool IsArray { get; init; }

    /// <summary>The struct's name when <see cref="Kind"/> is a struct, else empty.</summary>
    public string StructName { get; init; } = "";

    /// <summary>The struct so named; set once all lines are read.</summary>
    public StructSchema? Struct { get; set; }

    /// <summary>The versions that carry the field.</summary>
    public Versions Versions { get; set; }

    /// <summary>The versions in which null is legal.</summary>
    public Versions NullableVersions { get; set; } = Versions.None;

    /// <summary>The number of a tagged field, or null for one that is written in line.</summary>
    public int? Tag { get; set; }

    /// <summary>The default as written, or null where the type's own default holds.</summary>
    public string? Default { get; set; }

    /// <summary>Whether a value other than the default is dropped silently by a version that lacks the field.</summary>
    public bool IsIgnorable { get; set; }

    public bool IsNullable => !NullableVersions.IsEmpty;

    public bool IsNullByDefault =>
        Default == "null" || (Kind == FieldKind.Records && !IsArray && Default is null);

    public bool IsSingleStruct => Kind == FieldKind.Struct && !IsArray;

    public bool IsStructArray => Kind == FieldKind.Struct && IsArray;

    /// <summary>Whether flexible versions write its length or count in another way than the others.</summary>
    public bool HasLength => IsArray || Kind is FieldKind.String or FieldKind.Bytes or FieldKind.Records;
}
