using LogBroker.Protocol.Generator.Schema;

namespace LogBroker.Protocol.Generator.Emission;

/// <summary>What the generated code of one struct knows of <c>version</c>: turns ranges into C# conditions.</summary>
internal sealed class Scope(StructSchema schema, MessageSchema message)
{
    public StructSchema Schema { get; } = schema;

    public MessageSchema Message { get; } = message;

    public bool IsRoot => Schema == Message.Root;

    private Versions Flexible { get; } = message.Flexible.Intersect(schema.Versions);

    /// <summary>Whether some versions of the struct are flexible.</summary>
    public bool MayBeFlexible => !Flexible.IsEmpty;

    /// <summary>Whether the generated code must ask for the version to know whether it is flexible.</summary>
    public bool AsksFlexible => MayBeFlexible && !Flexible.Covers(Schema.Versions);

    public string FlexibleCondition => Condition(Flexible)!;

    /// <summary>The condition under which <paramref name="versions"/> holds, or null when it always does.</summary>
    public string? Condition(Versions versions)
    {
        var within = versions.Intersect(Schema.Versions);
        bool fromBelow = within.Lowest <= Schema.Versions.Lowest;
        bool toTop = within.Highest >= Schema.Versions.Highest;
        if (within.Lowest == within.Highest && !(fromBelow && toTop)) return $"version == {within.Lowest}";
        return (fromBelow, toTop) switch
        {
            (true, true) => null,
            (false, true) => $"version >= {within.Lowest}",
            (true, false) => $"version <= {within.Highest}",
            _ => $"version is >= {within.Lowest} and <= {within.Highest}",
        };
    }

    /// <summary>The argument that says whether the field's length is compact.</summary>
    public string Compactness(FieldSchema field)
    {
        var present = field.Versions.Intersect(Schema.Versions);
        if (Flexible.Covers(present)) return "true";
        return Flexible.Intersect(present).IsEmpty ? "false" : "flexible";
    }
}
