using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using LogBroker.Coordination.Groups.Topics;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>What members' subscriptions mean in topics.</summary>
internal static class SubscribedTopics
{
    /// <summary>The names a member subscribes to, by name or by its regular expression; an expression that is not resolved matches
    /// none.</summary>
    public static IEnumerable<string> NamesOf(MemberSubscription subscription, ConsumerGroupState group) =>
        subscription.TopicRegex.Length > 0 && group.Regexes.TryGetValue(subscription.TopicRegex, out var resolved)
            ? subscription.TopicNames.Union(resolved.Topics, StringComparer.Ordinal)
            : subscription.TopicNames;

    public static bool Includes(MemberSubscription subscription, ConsumerGroupState group, string topic) =>
        subscription.TopicNames.BinarySearch(topic, StringComparer.Ordinal) >= 0 ||
        (group.Regexes.TryGetValue(subscription.TopicRegex, out var resolved) &&
         resolved.Topics.BinarySearch(topic, StringComparer.Ordinal) >= 0);

    /// <summary>The ids of those of a member's topics that exist.</summary>
    public static HashSet<Guid> IdsOf(MemberSubscription subscription, ConsumerGroupState group, ITopicView topics)
    {
        var ids = new HashSet<Guid>();
        foreach (var name in NamesOf(subscription, group))
        {
            if (topics.TryGet(name, out GroupTopic? topic)) ids.Add(topic.Id);
        }

        return ids;
    }

    /// <summary>All the names that anybody in the group subscribes to.</summary>
    public static IReadOnlySet<string> NamesOf(ConsumerGroupState group)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<ImmutableArray<string>>();
        var regexes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in group.Members.Values)
        {
            if (seen.Add(member.Subscription.TopicNames)) names.UnionWith(member.Subscription.TopicNames);
            if (regexes.Add(member.Subscription.TopicRegex) &&
                group.Regexes.TryGetValue(member.Subscription.TopicRegex, out var resolved))
                names.UnionWith(resolved.Topics);
        }

        return names;
    }

    /// <summary>A number that changes when one of the group's topics comes, goes, is created anew, gets partitions or moves to
    /// other racks; 0 = there are none. Kept in records: the same on every broker and run.</summary>
    public static long HashOf(ConsumerGroupState group, ITopicView topics)
    {
        var hash = new StableHash();
        bool any = false;
        foreach (var name in NamesOf(group).Order(StringComparer.Ordinal))
        {
            if (!topics.TryGet(name, out GroupTopic? topic)) continue;
            any = true;
            hash.Add(topic);
        }

        return any ? hash.Value : 0;
    }

    /// <summary>FNV-1a with 64 bits.</summary>
    private struct StableHash
    {
        private ulong _hash = 0xcbf29ce484222325;

        public StableHash()
        {
        }

        public readonly long Value => (long)_hash;

        public void Add(GroupTopic topic)
        {
            Add(topic.Name);
            Add(topic.Id.ToByteArray(bigEndian: true));
            Add(topic.PartitionCount);
            if (topic.Racks.IsDefault) return;
            foreach (var racks in topic.Racks)
            {
                Add(racks.Length);
                foreach (var rack in racks.Order(StringComparer.Ordinal)) Add(rack);
            }
        }

        private void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Add(bytes.Length);
            Add(bytes);
        }

        private void Add(int number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            Add(bytes);
        }

        private void Add(ReadOnlySpan<byte> bytes)
        {
            foreach (byte one in bytes) _hash = (_hash ^ one) * 0x100000001b3;
        }
    }
}
