using System.Collections.Immutable;
using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Producing.Sending;

/// <summary>One produce on its way: batches of different partitions, and the request they make.</summary>
internal sealed class OutgoingRequest
{
    private readonly List<ProducerBatch> _batches = [];

    public IReadOnlyList<ProducerBatch> Batches => _batches;

    /// <summary>Before compression.</summary>
    public int SizeInBytes { get; private set; }

    public void Add(ProducerBatch batch)
    {
        _batches.Add(batch);
        SizeInBytes += batch.SizeInBytes;
    }

    /// <summary>Seals the batches and makes the request of them.</summary>
    public ProduceRequest Build(Acks acks, TimeSpan timeout, ICompressionCodec? codec, string? transactionalId)
    {
        if (_batches.Count > 1) _batches.Sort(ByTopic);
        var topics = ImmutableArray.CreateBuilder<ProduceRequest.TopicProduceData>(1);
        for (int from = 0; from < _batches.Count;)
        {
            string topic = _batches[from].Queue.TopicPartition.Topic;
            int to = from + 1;
            while (to < _batches.Count && _batches[to].Queue.TopicPartition.Topic == topic) to++;
            var partitions = ImmutableArray.CreateBuilder<ProduceRequest.PartitionProduceData>(to - from);
            for (int index = from; index < to; index++)
            {
                partitions.Add(new ProduceRequest.PartitionProduceData
                {
                    Index = _batches[index].Queue.TopicPartition.Partition,
                    Records = new MemoryRecords(_batches[index].Seal(codec, transactionalId is not null)),
                });
            }

            topics.Add(new ProduceRequest.TopicProduceData { Name = topic, PartitionData = partitions.MoveToImmutable() });
            from = to;
        }

        return new ProduceRequest
        {
            Acks = (short)acks,
            TimeoutMs = (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue),
            TransactionalId = transactionalId,
            TopicData = topics.ToImmutable(),
        };
    }

    /// <summary>The batch an answer is about; null for one that was not asked.</summary>
    public ProducerBatch? Find(string topic, int partition)
    {
        foreach (ProducerBatch batch in _batches)
        {
            if (batch.Queue.TopicPartition.Partition == partition && batch.Queue.TopicPartition.Topic == topic) return batch;
        }

        return null;
    }

    private static int ByTopic(ProducerBatch left, ProducerBatch right) =>
        string.CompareOrdinal(left.Queue.TopicPartition.Topic, right.Queue.TopicPartition.Topic);
}
