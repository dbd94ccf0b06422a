using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Framing;

/// <summary>What stands in front of every request's body.</summary>
/// <param name="ApiKey">May be a key no API has: ask <see cref="ApiCatalog.Find"/> before reading on.</param>
/// <param name="ApiVersion">May be a version the API does not have.</param>
/// <param name="CorrelationId">Echoed by the response; any value.</param>
/// <param name="ClientId">What the client calls itself.</param>
public readonly record struct RequestHeader(ApiKey ApiKey, short ApiVersion, int CorrelationId, string? ClientId)
{
    /// <summary>Reads header version 2 where the request's version is flexible, else 1. Of an unknown API only the
    /// numbers are read: how its header goes on is not known.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no header.</exception>
    public static RequestHeader Read(ref KafkaReader reader)
    {
        var key = (ApiKey)reader.ReadInt16();
        short version = reader.ReadInt16();
        int correlationId = reader.ReadInt32();
        if (ApiCatalog.Find(key) is not { } api) return new RequestHeader(key, version, correlationId, null);
        string? clientId = reader.ReadNullableString();
        if (api.IsFlexible(version)) reader.SkipTaggedFields();
        return new RequestHeader(key, version, correlationId, clientId);
    }

    /// <summary>Writes the header in the version that <see cref="Read"/> expects.</summary>
    public void Write(ref KafkaWriter writer)
    {
        writer.WriteInt16((short)ApiKey);
        writer.WriteInt16(ApiVersion);
        writer.WriteInt32(CorrelationId);
        if (ApiCatalog.Find(ApiKey) is not { } api) return;
        writer.WriteString(ClientId);
        if (api.IsFlexible(ApiVersion)) writer.WriteEmptyTags();
    }
}
