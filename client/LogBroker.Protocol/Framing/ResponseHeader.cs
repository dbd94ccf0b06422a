using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Framing;

/// <summary>What stands in front of every response's body: the correlation id of the request it answers.</summary>
/// <remarks>Which form it has follows from the request's API and version: see
/// <see cref="ApiDescription.ResponseHeaderVersion"/>.</remarks>
public readonly record struct ResponseHeader(int CorrelationId)
{
    public static ResponseHeader Read(ref KafkaReader reader, short headerVersion)
    {
        int correlationId = reader.ReadInt32();
        if (headerVersion >= 1) reader.SkipTaggedFields();
        return new ResponseHeader(correlationId);
    }

    public void Write(ref KafkaWriter writer, short headerVersion)
    {
        writer.WriteInt32(CorrelationId);
        if (headerVersion >= 1) writer.WriteEmptyTags();
    }
}
