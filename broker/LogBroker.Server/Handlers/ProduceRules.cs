using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Server.Handlers;

/// <summary>What the version of a produce request allows its records to be, whatever the topic.</summary>
internal static class ProduceRules
{
    private const short ZstdSince = 7;
    private const short AbortableSince = 11;

    /// <summary>Looks for a reason to refuse.</summary>
    /// <returns>The error and its words, or null when the log may judge.</returns>
    public static (ErrorCode Error, string Message)? Check(ReadOnlySpan<byte> records, ProduceRequest request, short version)
    {
        if (!RecordBatchView.TryReadMagic(records, out sbyte magic))
            return (ErrorCode.InvalidRecord, $"Produce requests with version {version} must have exactly one record batch");
        if (magic != RecordBatchView.CurrentMagic)
        {
            return (ErrorCode.InvalidRecord,
                $"Produce requests with version {version} are only allowed to contain record batches with magic version 2");
        }

        if (!RecordBatchView.TryRead(records, out RecordBatchView batch))
            return (ErrorCode.CorruptMessage, "The record batch is cut short.");
        if (batch.SizeInBytes < records.Length)
        {
            return (ErrorCode.InvalidRecord,
                $"Produce requests with version {version} are only allowed to contain exactly one record batch per partition");
        }

        if (batch.Compression == CompressionType.Zstd && version < ZstdSince)
        {
            return (ErrorCode.UnsupportedCompressionType,
                $"Produce requests with version {version} are not allowed to use ZStandard compression");
        }

        return batch.IsTransactional ? RefuseTransactional(version) : null;
    }

    /// <summary>No transaction is open as long as no coordinator opens any.</summary>
    private static (ErrorCode, string) RefuseTransactional(short version) =>
        (version >= AbortableSince ? ErrorCode.TransactionAbortable : ErrorCode.InvalidTxnState,
            "The partition was not added to a transaction.");
}
