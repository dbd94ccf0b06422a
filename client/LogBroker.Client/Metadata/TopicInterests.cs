namespace LogBroker.Client.Metadata;

/// <summary>Which topics a client wants to know about: those used lately, those somebody watches, or all.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class TopicInterests(TimeProvider time, TimeSpan idleMax)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Interest> _topics = new(StringComparer.Ordinal);
    private int _watchersOfAll;

    /// <summary>Marks a topic as used now.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="mayCreate">Whether the broker may create it when it does not exist.</param>
    /// <returns>Whether it is wanted for the first time.</returns>
    public bool Touch(string topic, bool mayCreate)
    {
        lock (_lock)
        {
            bool isNew = !_topics.TryGetValue(topic, out var interest);
            if (isNew) _topics[topic] = interest = new Interest();
            interest!.LastUsed = time.GetTimestamp();
            interest.MayCreate |= mayCreate;
            return isNew;
        }
    }

    /// <summary>Wants topics until the result is disposed.</summary>
    public IDisposable Watch(IReadOnlyCollection<string> topics)
    {
        lock (_lock)
        {
            foreach (string topic in topics)
            {
                if (!_topics.TryGetValue(topic, out var interest)) _topics[topic] = interest = new Interest();
                interest.LastUsed = time.GetTimestamp();
                interest.Watchers++;
            }
        }
        return new Watcher(() => Unwatch(topics));
    }

    /// <summary>Wants all topics until the result is disposed.</summary>
    public IDisposable WatchAll()
    {
        lock (_lock) _watchersOfAll++;
        return new Watcher(() =>
        {
            lock (_lock) _watchersOfAll--;
        });
    }

    /// <summary>What to ask for; null means all topics. Topics unused for too long are dropped.</summary>
    public IReadOnlyCollection<string>? Wanted()
    {
        lock (_lock)
        {
            foreach (var (topic, interest) in _topics)
            {
                if (interest.Watchers == 0 && time.GetElapsedTime(interest.LastUsed) > idleMax) _topics.Remove(topic);
            }
            return _watchersOfAll > 0 ? null : [.. _topics.Keys];
        }
    }

    /// <summary>The topics that were named.</summary>
    public IReadOnlyCollection<string> Named()
    {
        lock (_lock) return [.. _topics.Keys];
    }

    /// <summary>Whether the broker may create a topic.</summary>
    public bool MayCreate(string topic)
    {
        lock (_lock) return _topics.TryGetValue(topic, out var interest) && interest.MayCreate;
    }

    private void Unwatch(IReadOnlyCollection<string> topics)
    {
        lock (_lock)
        {
            foreach (string topic in topics)
            {
                if (_topics.TryGetValue(topic, out var interest)) interest.Watchers--;
            }
        }
    }

    private sealed class Interest
    {
        public long LastUsed { get; set; }

        public int Watchers { get; set; }

        public bool MayCreate { get; set; }
    }

    private sealed class Watcher(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
