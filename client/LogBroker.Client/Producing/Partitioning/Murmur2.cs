using System.Buffers.Binary;

namespace LogBroker.Client.Producing.Partitioning;

/// <summary>The 32-bit MurmurHash2 with the seed Kafka's clients agree on: equal keys meet in one partition whoever writes them.</summary>
internal static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Mix = 0x5bd1e995;
    private const int Shift = 24;

    public static uint Hash(ReadOnlySpan<byte> data)
    {
        uint hash = Seed ^ (uint)data.Length;
        while (data.Length >= sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Mix;
            word = (word ^ (word >> Shift)) * Mix;
            hash = (hash * Mix) ^ word;
            data = data[sizeof(uint)..];
        }

        if (data.Length > 0)
        {
            for (int at = data.Length - 1; at >= 0; at--) hash ^= (uint)data[at] << (8 * at);
            hash *= Mix;
        }

        hash = (hash ^ (hash >> 13)) * Mix;
        return hash ^ (hash >> 15);
    }

    /// <summary>The partition Kafka's default partitioner gives a key.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitionCount) =>
        (int)(Hash(key) & int.MaxValue) % partitionCount;
}
