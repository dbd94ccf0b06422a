using System.Collections.Generic;
using System.Linq;

namespace LogBroker.Protocol.Generator.Schema;

/// <summary>A run of fields: the message itself, or a struct within it.</summary>
internal sealed class StructSchema(string name, int line)
{
    public string Name { get; } = name;

    public int Line { get; } = line;

    public List<FieldSchema> Fields { get; } = [];

    /// <summary>The versions in which the struct may be on the wire at all; set once all lines are read.</summary>
    public Versions Versions { get; set; } = Versions.None;

    /// <summary>Whether some field holds this struct, not null, where nothing else is set.</summary>
    public bool NeedsDefault { get; set; }

    public bool IsHeldInArray { get; set; }

    public IEnumerable<FieldSchema> Inline => Fields.Where(member => member.Tag is null);

    public IEnumerable<FieldSchema> Tagged =>
        Fields.Where(member => member.Tag is not null).OrderBy(member => member.Tag);
}
