using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Assignors;

namespace LogBroker.Coordination.Tests.Groups.Assignors;

/// <summary>A group that grows, shrinks and changes at random, with what its assignor gave it last.</summary>
internal sealed class RandomGroup(int seed, bool sameSubscription)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<Guid, int> _topics = [];
    private readonly Dictionary<string, HashSet<Guid>> _subscriptions = new(StringComparer.Ordinal);
    private int _nextMember;

    public ImmutableDictionary<string, Assignment> Current { get; private set; } =
        ImmutableDictionary.Create<string, Assignment>(StringComparer.Ordinal);

    public GroupSpec Spec => new(
        [.. _subscriptions.Select(member => new MemberSpec(
            member.Key, null, null, member.Value, Current.GetValueOrDefault(member.Key, Assignment.Empty)))],
        _topics.ToDictionary(topic => topic.Key, topic => new TopicSpec(topic.Value)));

    public void Accept(ImmutableDictionary<string, Assignment> assignment) => Current = assignment;

    public void Step()
    {
        if (_topics.Count == 0 || _random.Next(6) == 0) _topics.Add(NewId(), _random.Next(1, 30));
        switch (_random.Next(5))
        {
            case 0 when _subscriptions.Count > 1:
                _subscriptions.Remove(_subscriptions.Keys.ElementAt(_random.Next(_subscriptions.Count)));
                break;
            case 1:
                var topic = _topics.Keys.ElementAt(_random.Next(_topics.Count));
                _topics[topic] += _random.Next(4);
                break;
            case 2 when _topics.Count > 1:
                var gone = _topics.Keys.ElementAt(_random.Next(_topics.Count));
                _topics.Remove(gone);
                foreach (var subscription in _subscriptions.Values) subscription.Remove(gone);
                break;
            case 3 when _subscriptions.Count > 0 && !sameSubscription:
                _subscriptions[_subscriptions.Keys.ElementAt(_random.Next(_subscriptions.Count))] = SomeTopics();
                break;
            default:
                _subscriptions.Add($"member-{_random.Next(100):D2}-{_nextMember++}", SomeTopics());
                break;
        }

        if (!sameSubscription) return;
        foreach (var member in _subscriptions.Keys) _subscriptions[member] = [.. _topics.Keys];
    }

    private HashSet<Guid> SomeTopics() => [.. _topics.Keys.Where(_ => sameSubscription || _random.Next(2) == 0)];

    private Guid NewId()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
