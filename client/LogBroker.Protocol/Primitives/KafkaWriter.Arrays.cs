using System.Collections.Immutable;
using LogBroker.Protocol.Records;

namespace LogBroker.Protocol.Primitives;

/// <content>Arrays and tagged fields.</content>
public ref partial struct KafkaWriter
{
    public void WriteArrayCount(int count, bool isCompact = false) => WriteLength(count, isCompact, sizeof(int));

    /// <summary>Writes the count of an array, or its null.</summary>
    public void WriteArrayCount<T>(ImmutableArray<T>? items, bool isCompact = false) =>
        WriteArrayCount(items is { } array ? array.AsSpan().Length : -1, isCompact);

    /// <summary>Writes what stands in front of a nullable struct.</summary>
    public void WriteIsPresent(bool isPresent) => WriteInt8(isPresent ? (sbyte)1 : (sbyte)-1);

    /// <summary>Writes what stands in front of a nullable struct in a tagged field.</summary>
    public void WriteIsTagPresent(bool isPresent) => WriteUnsignedVarInt(isPresent ? 1u : 0u);

    public void WriteInt8Array(ImmutableArray<sbyte>? items, bool isCompact = false)
    {
        WriteArrayCount(items, isCompact);
        foreach (sbyte item in items.GetValueOrDefault().AsSpan()) WriteInt8(item);
    }

    public void WriteInt16Array(ImmutableArray<short>? items, bool isCompact = false)
    {
        WriteArrayCount(items, isCompact);
        foreach (short item in items.GetValueOrDefault().AsSpan()) WriteInt16(item);
    }

    public void WriteInt32Array(ImmutableArray<int>? items, bool isCompact = false)
    {
        WriteArrayCount(items, isCompact);
        foreach (int item in items.GetValueOrDefault().AsSpan()) WriteInt32(item);
    }

    public void WriteInt64Array(ImmutableArray<long>? items, bool isCompact = false)
    {
        WriteArrayCount(items, isCompact);
        foreach (long item in items.GetValueOrDefault().AsSpan()) WriteInt64(item);
    }

    public void WriteUuidArray(ImmutableArray<Guid>? items, bool isCompact = false)
    {
        WriteArrayCount(items, isCompact);
        foreach (var item in items.GetValueOrDefault().AsSpan()) WriteUuid(item);
    }

    public void WriteStringArray(ImmutableArray<string>? items, bool isCompact = false)
    {
        WriteArrayCount(items, isCompact);
        foreach (string item in items.GetValueOrDefault().AsSpan()) WriteString(item, isCompact);
    }

    /// <summary>Ends a struct of a flexible version that has no tagged field to write.</summary>
    public void WriteEmptyTags() => WriteInt8(0);

    /// <summary>Writes what stands in front of a tagged field's value.</summary>
    internal void WriteTag(int tag, int valueBytes)
    {
        WriteUnsignedVarInt((uint)tag);
        WriteUnsignedVarInt((uint)valueBytes);
    }

    /// <summary>Gives a writer for the value of a tagged field, whose size is only known afterwards;
    /// <see cref="EndTag"/> takes it back.</summary>
    internal static KafkaWriter BeginTag() => new(PooledBufferWriter.Borrow());

    /// <summary>Writes the tagged field whose value <paramref name="field"/> was given.</summary>
    internal void EndTag(int tag, ref KafkaWriter field)
    {
        field.Flush();
        var buffer = (PooledBufferWriter)field._output;
        WriteTag(tag, buffer.WrittenCount);
        WriteRaw(buffer.WrittenSpan);
        buffer.GiveBack();
    }
}
