using System.Buffers.Binary;

namespace LogBroker.Protocol.Records;

/// <summary>The key of the record in a control batch.</summary>
public readonly record struct ControlRecord(short Version, ControlRecordType Type)
{
    /// <summary>Bytes of the key: version and type, both int16.</summary>
    public const int KeySizeInBytes = 4;

    /// <summary>Reads the key of a control record; longer keys of later versions are read by their front.</summary>
    /// <exception cref="InvalidRecordException">It is too short, or its version is negative.</exception>
    public static ControlRecord ReadKey(ReadOnlySpan<byte> key)
    {
        if (key.Length < KeySizeInBytes) InvalidRecordException.Throw("The key of a control record is too short.");
        short version = BinaryPrimitives.ReadInt16BigEndian(key);
        if (version < 0) InvalidRecordException.Throw("The key of a control record has a negative version.");
        return new ControlRecord(version, (ControlRecordType)BinaryPrimitives.ReadInt16BigEndian(key[2..]));
    }
}
