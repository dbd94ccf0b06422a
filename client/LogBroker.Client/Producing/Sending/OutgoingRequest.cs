using System.Collections.Immutable;
using LogBroker.Client.Metadata;
using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Producing.Sending;

/// <summary>One produce on its way: batches of different partitions, and the request they make.</summary>
/// <param name="nodeId">Where it goes.</param>
/// <param name="cluster">Where the ids of topics are looked up (KIP-516).</param>
internal sealed class OutgoingRequest(int nodeId, ClusterSnapshot cluster)
{
    /// <summary>The highest Produce that names topics; later ones have their ids.</summary>
    private const short NamedTopicsVersionMax = 12;

    private readonly List<ProducerBatch> _batches = [];
    private readonly Dictionary<Guid, string> _topicNames = [];

    public int NodeId => nodeId;

    public IReadOnlyList<ProducerBatch> Batches => _batches;

    /// <summary>The highest version it can be sent in, once it is built: topics without an id have to be named.</summary>
    public short VersionMax { get; private set; } = short.MaxValue;

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

            topics.Add(new ProduceRequest.TopicProduceData
            {
                Name = topic,
                TopicId = IdOf(topic),
                PartitionData = partitions.MoveToImmutable(),
            });
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

    /// <summary>The topic an answer is about, which it names or has the id of; null for one that was not asked.</summary>
    public string? NameOf(ProduceResponse.TopicProduceResponse topic) =>
        topic.Name.Length > 0 ? topic.Name : _topicNames.GetValueOrDefault(topic.TopicId);

    /// <summary>The batch an answer is about; null for one that was not asked.</summary>
    public ProducerBatch? Find(string? topic, int partition)
    {
        foreach (ProducerBatch batch in _batches)
        {
            if (batch.Queue.TopicPartition.Partition == partition && batch.Queue.TopicPartition.Topic == topic) return batch;
        }

        return null;
    }

    private Guid IdOf(string topic)
    {
        Guid id = cluster.FindTopic(topic)?.Id ?? Guid.Empty;
        if (id == Guid.Empty) VersionMax = NamedTopicsVersionMax;
        else _topicNames[id] = topic;
        return id;
    }

    private static int ByTopic(ProducerBatch left, ProducerBatch right) =>
        string.CompareOrdinal(left.Queue.TopicPartition.Topic, right.Queue.TopicPartition.Topic);
}
