using System.Collections.Generic;

namespace LogBroker.Protocol.Generator.Schema;

/// <summary>What the heading line of an API's schema says.</summary>
internal sealed record ApiHeading(string Name, int Key, Versions Versions, Versions Flexible, int? UnstableVersion);

/// <summary>Something wrong in a schema file, at a line counted from 0.</summary>
internal sealed record SchemaError(int Line, string Message);

/// <summary>One parsed <c>.message</c> file.</summary>
internal sealed class SchemaFile
{
    /// <summary>Null in a file of persisted records.</summary>
    public ApiHeading? Api { get; set; }

    public List<MessageSchema> Messages { get; } = [];

    public List<SchemaError> Errors { get; } = [];
}
