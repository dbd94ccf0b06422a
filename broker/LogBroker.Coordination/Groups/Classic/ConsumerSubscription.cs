using System.Runtime.InteropServices;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>Reads the one part of a consumer's own data that the broker cares about: the topics it wants.</summary>
internal static class ConsumerSubscription
{
    /// <summary>Adds the topics; all versions of the data begin as version 0 does.</summary>
    /// <returns>False when the data is not a consumer's.</returns>
    public static bool TryAddTopics(ReadOnlyMemory<byte> metadata, HashSet<string> topics)
    {
        try
        {
            var reader = new KafkaReader(MemoryMarshal.AsMemory(metadata));
            if (reader.ReadInt16() < 0) return false;
            foreach (string topic in reader.ReadStringArray()) topics.Add(topic);
            return true;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }
}
