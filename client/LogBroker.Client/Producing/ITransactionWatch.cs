using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;

namespace LogBroker.Client.Producing;

/// <summary>What sending has to ask, and tell, the transaction that records are part of.</summary>
internal interface ITransactionWatch
{
    /// <summary>Why nothing more of the transaction can be sent: it must be aborted, or the producer be given up. Null while it can.
    /// </summary>
    KafkaException? Failure { get; }

    /// <summary>The number of the transaction that takes records in, counted from 1; 0 while none does.</summary>
    int OpenNumber { get; }

    /// <summary>What a record of a transaction that takes none in any more fails with.</summary>
    Exception RefusalOf(int number);

    /// <summary>The name that goes into each produce.</summary>
    string TransactionalId { get; }

    /// <summary>The highest version of Produce that may be used: from 12 on it adds partitions to the transaction itself.</summary>
    short ProduceVersionMax { get; }

    /// <summary>Whether records may go to the partition now: it is part of the transaction. If it is not, it will be, and senders are
    /// woken then.</summary>
    bool MaySendTo(TopicPartition partition);

    /// <summary>Records of the transaction were lost: it can only be aborted, or, for some reasons, the producer cannot go on.</summary>
    void NoteFailure(ProducerBatch batch, KafkaException failure);
}
