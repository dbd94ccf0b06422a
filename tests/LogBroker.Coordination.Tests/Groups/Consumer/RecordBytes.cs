using System.Buffers;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

/// <summary>Records through the form they have in the log.</summary>
internal static class RecordBytes
{
    private static readonly CoordinatorRecordCodec Codec = new CoordinatorRecordCodec().WithConsumerGroups();

    public static CoordinatorRecord Through(CoordinatorRecord record)
    {
        var value = record.Value is null ? null : Write(record.Value, record.ValueVersion, withVersion: true);
        return Codec.TryRead(record.Type, Write(record.Key, 0), value) ??
               throw new InvalidOperationException($"Record type {record.Type} is not known.");
    }

    public static string KeyOf(CoordinatorRecord record) => $"{record.Type} {Convert.ToHexString(Write(record.Key, 0))}";

    private static byte[] Write(IMessage message, short version, bool withVersion = false)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        if (withVersion) writer.WriteInt16(version);
        message.Write(ref writer, version);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
