using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Producing.Sending;

/// <summary>What an answer means for a batch.</summary>
internal enum ProduceVerdict
{
    /// <summary>It is in the log.</summary>
    Written,

    /// <summary>It is too large as a whole: its records may go in smaller batches.</summary>
    Split,

    /// <summary>It may be sent again; whether it was written is not known.</summary>
    Retry,

    /// <summary>It was refused because of its sequence.</summary>
    OutOfOrder,

    /// <summary>It was refused because the broker does not know this producer, or a newer epoch of it.</summary>
    StateLost,

    /// <summary>Its records fail.</summary>
    Failed,
}

/// <summary>Reads error codes of produces.</summary>
internal static class ProduceVerdicts
{
    public static ProduceVerdict Judge(ProducerBatch batch, ErrorCode error) => error switch
    {
        ErrorCode.None or ErrorCode.DuplicateSequenceNumber => ProduceVerdict.Written,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge when batch.RecordCount > 1 => ProduceVerdict.Split,
        ErrorCode.OutOfOrderSequenceNumber when batch.Identity is not null => ProduceVerdict.OutOfOrder,
        ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch when batch.Identity is not null =>
            ProduceVerdict.StateLost,
        _ => error.IsRetriable() ? ProduceVerdict.Retry : ProduceVerdict.Failed,
    };
}
