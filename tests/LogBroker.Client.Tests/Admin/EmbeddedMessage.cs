using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Messages that stand inside others, with their version before them.</summary>
internal static class EmbeddedMessage
{
    public static byte[] Encode(IMessage message, short version)
    {
        using var bytes = new PooledBufferWriter();
        var writer = new KafkaWriter(bytes);
        writer.WriteInt16(version);
        message.Write(ref writer, version);
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
