using LogBroker.Compression;
using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Logs;

/// <summary>Writes a checked batch anew: with the topic's codec, and with inner offsets that count up from 0.</summary>
internal static class BatchRewriter
{
    /// <summary>Copies all records.</summary>
    /// <param name="bytes">A batch that <see cref="BatchValidator"/> passed after looking into it.</param>
    /// <param name="rules">What it was checked against.</param>
    /// <returns>Holds the new batch; to be disposed of.</returns>
    public static RecordBatchBuilder Rewrite(ReadOnlySpan<byte> bytes, in ValidationRules rules)
    {
        RecordBatchView.TryRead(bytes, out RecordBatchView batch);
        LogOptions options = rules.Options;
        var builder = new RecordBatchBuilder(
            new RecordBatchOptions
            {
                Codec = CodecOf(options, batch.Compression),
                ProducerId = batch.ProducerId,
                ProducerEpoch = batch.ProducerEpoch,
                BaseSequence = batch.BaseSequence,
                IsTransactional = batch.IsTransactional,
                IsControl = batch.IsControl,
            },
            batch.SizeInBytes);
        using var scratch = new PooledBufferWriter();
        ReadOnlySpan<byte> records = CompressionCodecs.Decompress(batch, scratch, rules.DecompressedBytesMax);
        foreach (RecordView record in new RecordEnumerator(records, batch.RecordCount))
            builder.Append(batch.TimestampOf(record), record);
        return builder;
    }

    private static ICompressionCodec? CodecOf(LogOptions options, CompressionType source)
    {
        CompressionType target = options.Compression ?? source;
        if (target == CompressionType.None) return null;
        return options.Codec is { } codec && codec.Type == target ? codec : CompressionCodecs.Get(target);
    }
}
