using System.Collections.Concurrent;
using LogBroker.Client.Connections;
using LogBroker.Client.Metadata;
using LogBroker.Client.Producing.Batches;

namespace LogBroker.Client.Producing.Sending;

/// <summary>Brings partitions that have something to send to the sender of their leader; keeps those without a leader until one is
/// known.</summary>
/// <remarks>Thread-safe. Owns the senders and the producer's connections.</remarks>
internal sealed class Senders : ISender, IAsyncDisposable
{
    private readonly ProducerContext _context;
    private readonly ConnectionPool _connections;
    private readonly ConcurrentDictionary<int, NodeSender> _senders = new();
    private readonly Lock _lock = new();
    private List<PartitionQueue> _leaderless = [];
    private volatile bool _isStopped;

    public Senders(ProducerContext context)
    {
        _context = context;
        _connections = context.Cluster.NewPool();
        Answers = new AnswerReader(context, HasWork);
    }

    public AnswerReader Answers { get; }

    /// <summary>Partitions without a leader wait for metadata, not for a connection.</summary>
    KafkaException? ISender.ConnectFailure => null;

    /// <summary>A queue may have something to send that its sender does not know of.</summary>
    public void HasWork(PartitionQueue queue)
    {
        if (queue.TryList()) Add(queue);
        else queue.Sender?.Wake();
    }

    /// <summary>Brings a queue that has something to send, and is listed nowhere, to its sender.</summary>
    public void Add(PartitionQueue queue)
    {
        PartitionSnapshot? partition = _context.Cluster.Metadata.Current.FindPartition(queue.TopicPartition);
        if (partition is { HasLeader: true } && !_isStopped)
        {
            _senders.GetOrAdd(partition.LeaderId, static (nodeId, senders) => senders.NewSender(nodeId), this).Add(queue);
            return;
        }

        lock (_lock) _leaderless.Add(queue);
        queue.Sender = this;
        AskForLeader(queue);
    }

    /// <summary>Looks again for leaders; wakes every sender, since partitions may have moved.</summary>
    public void FollowMetadata()
    {
        List<PartitionQueue> leaderless;
        lock (_lock) (leaderless, _leaderless) = (_leaderless, []);
        foreach (PartitionQueue queue in leaderless) Add(queue);
        WakeAll();
    }

    public void WakeAll()
    {
        foreach (NodeSender sender in _senders.Values) sender.Wake();
    }

    /// <summary>Asks again for the leaders that are missing; called from time to time.</summary>
    public void AskForLeaders()
    {
        PartitionQueue? any;
        lock (_lock) any = _leaderless.FirstOrDefault();
        if (any is not null) AskForLeader(any);
    }

    void ISender.Wake() => FollowMetadata();

    /// <summary>Stops sending; what is on its way ends with its connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopped = true;
        Task stopping = Task.WhenAll(_senders.Values.Select(sender => sender.DisposeAsync().AsTask()));
        // A sender may be held up by a broker that does not read, or asked for silence: the end of its connection frees it.
        await _connections.DisposeAsync().ConfigureAwait(false);
        await stopping.ConfigureAwait(false);
    }

    private NodeSender NewSender(int nodeId) => new(nodeId, _context, _connections, Answers, Add);

    private void AskForLeader(PartitionQueue queue)
    {
        _context.Cluster.Metadata.Interests.Touch(queue.TopicPartition.Topic, mayCreate: false);
        _context.Cluster.Metadata.RequestRefresh("a partition has no leader");
    }
}
