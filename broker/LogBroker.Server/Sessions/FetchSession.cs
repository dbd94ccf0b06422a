using LogBroker.Protocol;

namespace LogBroker.Server.Sessions;

/// <summary>The partitions one consumer follows, so that its fetches carry only what changed (KIP-227).</summary>
/// <remarks>
/// Owned by <see cref="FetchSessionCache"/>. A client has one fetch in flight per session; a second one that overlaps
/// waits on <see cref="SyncRoot"/> only while the list of partitions is read or written, never while data is awaited.
/// </remarks>
internal sealed class FetchSession
{
    private readonly Dictionary<FetchKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _order = [];

    public FetchSession(int id, bool usesTopicIds, TimeSpan createdAt)
    {
        Id = id;
        UsesTopicIds = usesTopicIds;
        CreatedAt = createdAt;
        LastUsedAt = createdAt;
    }

    public int Id { get; }

    public bool UsesTopicIds { get; }

    public TimeSpan CreatedAt { get; }

    public TimeSpan LastUsedAt { get; set; }

    /// <summary>The epoch the next incremental fetch must carry: 1 after the full one, and after 2147483647 again 1.</summary>
    public int NextEpoch { get; private set; } = 1;

    public int Count
    {
        get
        {
            lock (SyncRoot) return _entries.Count;
        }
    }

    private Lock SyncRoot { get; } = new();

    /// <summary>Takes the changes of a request in, and gives all partitions in the order they are to be served.</summary>
    public IReadOnlyList<FetchTarget> Update(IReadOnlyList<FetchTarget> changed, IReadOnlyList<FetchKey> forgotten)
    {
        lock (SyncRoot)
        {
            foreach (FetchTarget target in changed) Put(target);
            foreach (FetchKey key in forgotten) Drop(key);
            return [.. _order.Select(entry => entry.Target)];
        }
    }

    public void AdvanceEpoch() => NextEpoch = NextEpoch == int.MaxValue ? 1 : NextEpoch + 1;

    /// <summary>Notes what is about to be sent for a partition.</summary>
    /// <returns>Whether it is news to the consumer: records, an error, or a watermark it has not seen.</returns>
    public bool IsNews(FetchKey key, Offset highWatermark, Offset logStart, bool hasRecords, bool mustSend)
    {
        lock (SyncRoot)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? node)) return true;
            bool isNews = mustSend || hasRecords
                || node.Value.SentHighWatermark != highWatermark || node.Value.SentLogStart != logStart;
            node.Value.SentHighWatermark = mustSend ? Offset.None : highWatermark;
            node.Value.SentLogStart = logStart;
            return isNews;
        }
    }

    /// <summary>Lets all others be served before this one the next time.</summary>
    public void MoveBehindOthers(FetchKey key)
    {
        lock (SyncRoot)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? node)) return;
            _order.Remove(node);
            _order.AddLast(node);
        }
    }

    private void Put(FetchTarget target)
    {
        if (_entries.TryGetValue(target.Key, out LinkedListNode<Entry>? node)) node.Value.Target = target;
        else _entries[target.Key] = _order.AddLast(new Entry(target));
    }

    private void Drop(FetchKey key)
    {
        if (_entries.Remove(key, out LinkedListNode<Entry>? node)) _order.Remove(node);
    }

    private sealed class Entry(FetchTarget target)
    {
        public FetchTarget Target { get; set; } = target;

        public Offset SentHighWatermark { get; set; } = Offset.None;

        public Offset SentLogStart { get; set; } = Offset.None;
    }
}
