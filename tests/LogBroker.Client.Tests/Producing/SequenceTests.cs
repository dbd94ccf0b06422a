using LogBroker.Client.Producing.Batches;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Sequence numbers at their end, and the count of what was acknowledged.</summary>
public sealed class SequenceTests
{
    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(int.MaxValue - 1, 1, int.MaxValue)]
    [InlineData(int.MaxValue, 1, 0)]
    [InlineData(int.MaxValue - 2, 5, 2)]
    public void Add_AtTheEnd_BeginsAgainAtZero(int sequence, int count, int expected) =>
        Assert.Equal(expected, Sequence.Add(sequence, count));

    [Fact]
    public void Acknowledge_OfABatchAfterTheOneBehindIt_DoesNotGoBack()
    {
        var sequences = new PartitionSequences();
        var batches = Enumerable.Range(0, 3).Select(NewBatch).ToArray();
        foreach (ProducerBatch batch in batches)
        {
            Assert.True(sequences.TryChoose(batch, inFlight: 0, new OneIdentity(), out _));
            sequences.Assign(batch);
        }

        sequences.Acknowledge(batches[1]);
        sequences.Acknowledge(batches[0]); // its first answer told a failure, though it was written

        Assert.True(sequences.IsNextInLine(batches[2], hasLostState: false));
        Assert.True(sequences.IsPassedBy(batches[0]));
    }

    private static ProducerBatch NewBatch(int number)
    {
        var batch = new ProducerBatch(null!, new byte[1024], number, createdAt: 0);
        var record = new EncodedRecord();
        record.Begin(1);
        record.EndKey(isNull: true);
        record.EndValue(isNull: true);
        batch.Append(record, default);
        return batch;
    }

    private sealed class OneIdentity : IProducerIdentities
    {
        private static readonly ProducerIdentity Only = new(7, 0);

        public ProducerIdentity? Current => Only;

        public bool TryRaise(ProducerIdentity stale) => false;
    }
}
