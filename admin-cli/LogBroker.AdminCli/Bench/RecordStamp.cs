using System.Buffers.Binary;

namespace LogBroker.AdminCli.Bench;

/// <summary>Marks values as records of one measurement, with the time of their making: others may write to the topic as well.</summary>
internal sealed class RecordStamp(TimeProvider time)
{
    /// <summary>The least a value has to have.</summary>
    public const int SizeBytes = sizeof(long) * 2;

    private readonly long _run = Random.Shared.NextInt64();

    /// <param name="value">The value.</param>
    /// <param name="due">When it was to be made, as a timestamp of the clock.</param>
    public void Write(Span<byte> value, long due)
    {
        BinaryPrimitives.WriteInt64BigEndian(value, _run);
        BinaryPrimitives.WriteInt64BigEndian(value[sizeof(long)..], due);
    }

    /// <summary>How long ago it was made; null when it is of somebody else.</summary>
    public TimeSpan? Age(ReadOnlySpan<byte> value) => value.Length >= SizeBytes && BinaryPrimitives.ReadInt64BigEndian(value) == _run
        ? time.GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(value[sizeof(long)..]))
        : null;
}
