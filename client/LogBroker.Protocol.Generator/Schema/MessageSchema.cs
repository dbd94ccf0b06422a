using System.Collections.Generic;

namespace LogBroker.Protocol.Generator.Schema;

internal enum MessageKind
{
    Request,
    Response,
    Record,
}

/// <summary>One message: a request, a response, or a struct that is persisted in a record.</summary>
internal sealed class MessageSchema(MessageKind kind, StructSchema root, Versions versions, Versions flexible)
{
    public MessageKind Kind { get; } = kind;

    public string Name => Root.Name;

    public StructSchema Root { get; } = root;

    /// <summary>The structs of the message, without <see cref="Root"/>, in order of first mention.</summary>
    public List<StructSchema> Structs { get; } = [];

    public Versions Versions { get; } = versions;

    /// <summary>The versions that write compact lengths and tagged fields.</summary>
    public Versions Flexible { get; } = flexible;

    /// <summary>The number that tells a persisted record's type, or null.</summary>
    public int? RecordType { get; init; }
}
