using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace LogBroker.Protocol.Primitives;

/// <content>Arrays and tagged fields.</content>
public ref partial struct KafkaReader
{
    private const int ArrayObjectBytes = 24;

    /// <summary>Reads an array's count, and refuses one that the bytes left cannot hold: each element takes
    /// <paramref name="elementBytesMin"/> bytes at least.</summary>
    public int ReadArrayCount(bool isCompact, int elementBytesMin)
    {
        int count = ReadNullableArrayCount(isCompact, elementBytesMin);
        if (count < 0) MalformedMessageException.ThrowNull();
        return count;
    }

    /// <returns>-1 for null.</returns>
    /// <inheritdoc cref="ReadArrayCount"/>
    public int ReadNullableArrayCount(bool isCompact, int elementBytesMin)
    {
        int count = ReadLength(isCompact, sizeof(int));
        if (count <= 0) return count;
        if ((long)count * elementBytesMin > Remaining) MalformedMessageException.ThrowLength(count, Remaining);
        Charge(ArrayObjectBytes);
        ChargeElements(count, IntPtr.Size);
        return count;
    }

    /// <summary>Reads whether a nullable struct follows.</summary>
    public bool ReadIsPresent() => ReadInt8() >= 0;

    /// <summary>Reads whether a nullable struct in a tagged field is there: a varint, unlike elsewhere.</summary>
    public bool ReadIsTagPresent() => (int)ReadUnsignedVarInt() > 0;

    public ImmutableArray<sbyte> ReadInt8Array(bool isCompact = false)
    {
        int count = ReadArrayCount(isCompact, sizeof(sbyte));
        return ImmutableArray.Create(MemoryMarshal.Cast<byte, sbyte>(Take(count)));
    }

    public ImmutableArray<short> ReadInt16Array(bool isCompact = false)
    {
        int count = ReadArrayCount(isCompact, sizeof(short));
        if (count == 0) return [];
        var items = new short[count];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(Take(count * sizeof(short))), items);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    public ImmutableArray<int> ReadInt32Array(bool isCompact = false)
    {
        int count = ReadArrayCount(isCompact, sizeof(int));
        return count == 0 ? [] : TakeInt32Array(count);
    }

    public ImmutableArray<int>? ReadNullableInt32Array(bool isCompact = false)
    {
        int count = ReadNullableArrayCount(isCompact, sizeof(int));
        return count < 0 ? null : count == 0 ? [] : TakeInt32Array(count);
    }

    public ImmutableArray<long> ReadInt64Array(bool isCompact = false)
    {
        int count = ReadArrayCount(isCompact, sizeof(long));
        if (count == 0) return [];
        var items = new long[count];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, long>(Take(count * sizeof(long))), items);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    public ImmutableArray<Guid> ReadUuidArray(bool isCompact = false)
    {
        const int UuidBytes = 16;
        int count = ReadArrayCount(isCompact, UuidBytes);
        if (count == 0) return [];
        ChargeElements(count, UuidBytes);
        var items = new Guid[count];
        for (int i = 0; i < items.Length; i++) items[i] = ReadUuid();
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    public ImmutableArray<string> ReadStringArray(bool isCompact = false)
    {
        int count = ReadArrayCount(isCompact, isCompact ? 1 : sizeof(short));
        return count == 0 ? [] : TakeStringArray(count, isCompact);
    }

    public ImmutableArray<string>? ReadNullableStringArray(bool isCompact = false)
    {
        int count = ReadNullableArrayCount(isCompact, isCompact ? 1 : sizeof(short));
        return count < 0 ? null : count == 0 ? [] : TakeStringArray(count, isCompact);
    }

    /// <summary>Reads how many tagged fields follow (KIP-482).</summary>
    internal int ReadTagCount()
    {
        const int TaggedFieldBytesMin = 2;
        uint count = ReadUnsignedVarInt();
        if (count > (uint)Remaining / TaggedFieldBytesMin) MalformedMessageException.ThrowLength(count, Remaining);
        return (int)count;
    }

    /// <summary>Reads a tagged field's number.</summary>
    /// <param name="end">What <see cref="Remaining"/> will be behind the field's value.</param>
    /// <returns>-1 for a number no schema could hold.</returns>
    internal int ReadTag(out int end)
    {
        uint tag = ReadUnsignedVarInt();
        uint size = ReadUnsignedVarInt();
        if (size > (uint)Remaining) MalformedMessageException.ThrowLength(size, Remaining);
        end = Remaining - (int)size;
        return tag > int.MaxValue ? -1 : (int)tag;
    }

    /// <summary>Skips the value of a tagged field that is not known.</summary>
    internal void SkipTo(int end) => _position = _span.Length - end;

    /// <summary>Throws when the value read was not as long as the tagged field's size said.</summary>
    internal readonly void EndTag(int end)
    {
        if (Remaining != end) MalformedMessageException.ThrowTagSize();
    }

    /// <summary>Skips all tagged fields of a struct; nothing of them is kept.</summary>
    public void SkipTaggedFields()
    {
        for (int left = ReadTagCount(); left > 0; left--)
        {
            _ = ReadTag(out int end);
            SkipTo(end);
        }
    }

    private ImmutableArray<int> TakeInt32Array(int count)
    {
        var items = new int[count];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(Take(count * sizeof(int))), items);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    private ImmutableArray<string> TakeStringArray(int count, bool isCompact)
    {
        var items = new string[count];
        for (int i = 0; i < items.Length; i++) items[i] = ReadString(isCompact);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    private void ChargeElements(int count, int elementBytes)
    {
        _budget -= (long)count * elementBytes;
        if (_budget < 0) MalformedMessageException.ThrowBudget();
    }
}
