using System.Buffers;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Comparison;

/// <summary>Describes record batches field by field.</summary>
internal static class RecordsText
{
    public static List<(string Part, string Text)> Describe(IRecords records, PeerNames names)
    {
        var output = new ArrayBufferWriter<byte>();
        records.CopyTo(output);
        ReadOnlySpan<byte> rest = output.WrittenSpan;
        List<(string, string)> parts = [("", $"{rest.Length} bytes")];
        for (int index = 0; RecordBatchView.TryRead(rest, out RecordBatchView batch); index++)
        {
            parts.Add(($".batch{index}", Describe(batch, names)));
            rest = rest[batch.SizeInBytes..];
        }

        if (!rest.IsEmpty) parts.Add((".rest", $"{rest.Length} bytes"));
        return parts;
    }

    private static string Describe(RecordBatchView batch, PeerNames names)
    {
        // The broker's own time is under the checksum, and so is a producer id that each broker gives out itself.
        bool isCrcShared = batch.TimestampType == TimestampType.CreateTime && batch.ProducerId < 0;
        string crc = !batch.IsCrcValid ? "wrong" : isCrcShared ? batch.Crc.ToString("X8", null) : "right";
        return $"offsets {batch.BaseOffset}-{batch.LastOffset} epoch {batch.PartitionLeaderEpoch} magic {batch.Magic}"
            + $" crc {crc} attributes {batch.Attributes:X4} time {FieldNormalizer.Time(batch.BaseTimestamp)}-"
            + $"{FieldNormalizer.Time(batch.MaxTimestamp)} {names.Producer(batch.ProducerId)}"
            + $" epoch {batch.ProducerEpoch} sequence {batch.BaseSequence} records {batch.RecordCount}"
            + $" size {batch.SizeInBytes}";
    }
}
