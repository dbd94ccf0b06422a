using System.Buffers.Binary;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;

namespace LogBroker.Server.Handlers;

/// <summary>What the version of a produce request allows its records to be, whatever the topic.</summary>
internal static class ProduceRules
{
    private const short ZstdSince = 7;
    private const short AbortableSince = 11;

    /// <summary>Bytes in front of what a batch's length counts, and of all that is needed to tell its format.</summary>
    private const int OverheadBytes = RecordBatchView.LogOverheadInBytes;
    private const int FormatBytes = OverheadBytes + 5;

    /// <summary>The least length of any format ever (that of magic 0).</summary>
    private const int LengthMin = 14;

    /// <summary>Looks for a reason to refuse.</summary>
    /// <returns>The error, with Kafka's words where it sends some, or null when the log may judge.</returns>
    public static (ErrorCode Error, string? Message)? Check(ReadOnlySpan<byte> records, short version)
    {
        if (CheckFrame(records) is { } corrupt) return (ErrorCode.CorruptMessage, corrupt);
        int size = FirstBatch(records);
        if (size == 0) return (ErrorCode.InvalidRecord, null);
        if (CheckFrame(records[size..]) is { } corruptBehind) return (ErrorCode.CorruptMessage, corruptBehind);
        if (FirstBatch(records[size..]) > 0) return (ErrorCode.InvalidRecord, null);
        if (!RecordBatchView.TryReadMagic(records, out sbyte magic) || magic != RecordBatchView.CurrentMagic)
            return (ErrorCode.InvalidRecord, null);
        if (!RecordBatchView.TryRead(records, out RecordBatchView batch)) return (ErrorCode.CorruptMessage, null);
        if (batch.Compression == CompressionType.Zstd && version < ZstdSince)
            return (ErrorCode.UnsupportedCompressionType, null);
        return batch.IsTransactional ? RefuseTransactional(version) : null;
    }

    /// <summary>The first batch without what may lie behind it: too few bytes to be another one.</summary>
    public static Memory<byte> WithoutTail(Memory<byte> records) => records[..FirstBatch(records.Span)];

    public static bool IsTransactional(ReadOnlySpan<byte> records) =>
        RecordBatchView.TryRead(records, out RecordBatchView batch) && batch.IsTransactional;

    /// <summary>The size of the first batch of whatever format; 0 when the bytes end before it does.</summary>
    private static int FirstBatch(ReadOnlySpan<byte> records)
    {
        if (records.Length < FormatBytes) return 0;
        long size = OverheadBytes + (long)LengthOf(records);
        return size <= records.Length ? (int)size : 0;
    }

    /// <summary>Why the bytes are no batch of any format; null as long as they are too few to tell.</summary>
    private static string? CheckFrame(ReadOnlySpan<byte> records)
    {
        if (records.Length < FormatBytes) return null;
        int length = LengthOf(records);
        if (length < LengthMin) return $"Record size {length} is less than the minimum record overhead ({LengthMin})";
        sbyte magic = (sbyte)records[FormatBytes - 1];
        return magic is < 0 or > RecordBatchView.CurrentMagic ? $"Invalid magic found in record: {magic}" : null;
    }

    private static int LengthOf(ReadOnlySpan<byte> records) => BinaryPrimitives.ReadInt32BigEndian(records[8..]);

    /// <summary>No transaction is open as long as no coordinator opens any.</summary>
    private static (ErrorCode, string) RefuseTransactional(short version) =>
        (version >= AbortableSince ? ErrorCode.TransactionAbortable : ErrorCode.InvalidTxnState,
            "The partition was not added to a transaction.");
}
