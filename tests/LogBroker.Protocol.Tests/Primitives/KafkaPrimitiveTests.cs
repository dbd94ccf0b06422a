using System.Buffers;
using System.Collections.Immutable;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Tests.Primitives;

public sealed class KafkaPrimitiveTests
{
    private delegate void Write(ref KafkaWriter writer);

    private delegate T Read<T>(ref KafkaReader reader);

    [Theory]
    [InlineData(0u, new byte[] { 0 })]
    [InlineData(127u, new byte[] { 0x7F })]
    [InlineData(128u, new byte[] { 0x80, 1 })]
    [InlineData(300u, new byte[] { 0xAC, 2 })]
    [InlineData(uint.MaxValue, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F })]
    public void UnsignedVarInt_IsLeastSignificantGroupFirst(uint value, byte[] bytes)
    {
        Assert.Equal(bytes, Written((ref KafkaWriter writer) => writer.WriteUnsignedVarInt(value)));
        Assert.Equal(value, ReadOf(bytes, (ref KafkaReader reader) => reader.ReadUnsignedVarInt()));
    }

    [Theory]
    [InlineData(0, new byte[] { 0 })]
    [InlineData(-1, new byte[] { 1 })]
    [InlineData(1, new byte[] { 2 })]
    [InlineData(-64, new byte[] { 0x7F })]
    [InlineData(64, new byte[] { 0x80, 1 })]
    [InlineData(int.MaxValue, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0x0F })]
    [InlineData(int.MinValue, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F })]
    public void VarInt_IsZigzag(int value, byte[] bytes)
    {
        Assert.Equal(bytes, Written((ref KafkaWriter writer) => writer.WriteVarInt(value)));
        Assert.Equal(value, ReadOf(bytes, (ref KafkaReader reader) => reader.ReadVarInt()));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void VarLong_ReadsBackAsWritten(long value)
    {
        byte[] bytes = Written((ref KafkaWriter writer) => writer.WriteVarLong(value));

        Assert.Equal(value, ReadOf(bytes, (ref KafkaReader reader) => reader.ReadVarLong()));
        Assert.InRange(bytes.Length, 1, 10);
    }

    [Fact]
    public void VarInts_ThatNeverEnd_AreMalformed()
    {
        byte[] endless = [.. Enumerable.Repeat((byte)0xFF, 11)];

        AssertMalformed(endless, (ref KafkaReader reader) => reader.ReadUnsignedVarInt());
        AssertMalformed(endless, (ref KafkaReader reader) => reader.ReadVarLong());
        AssertMalformed([0x80], (ref KafkaReader reader) => reader.ReadVarInt());
    }

    [Fact]
    public void Numbers_AreBigEndian()
    {
        Assert.Equal([1, 2], Written((ref KafkaWriter writer) => writer.WriteInt16(0x0102)));
        Assert.Equal([0xFF, 0xFE], Written((ref KafkaWriter writer) => writer.WriteUInt16(0xFFFE)));
        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFE], Written((ref KafkaWriter writer) => writer.WriteInt32(-2)));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 0], Written((ref KafkaWriter writer) => writer.WriteInt64(256)));
        Assert.Equal([0x3F, 0xF0, 0, 0, 0, 0, 0, 0], Written((ref KafkaWriter writer) => writer.WriteFloat64(1.0)));
        Assert.Equal(0x0102_0304u, ReadOf([1, 2, 3, 4], (ref KafkaReader reader) => reader.ReadUInt32()));
    }

    [Fact]
    public void Boolean_IsTrueForAnythingButZero()
    {
        Assert.True(ReadOf([7], (ref KafkaReader reader) => reader.ReadBoolean()));
        Assert.False(ReadOf([0], (ref KafkaReader reader) => reader.ReadBoolean()));
        Assert.Equal([1], Written((ref KafkaWriter writer) => writer.WriteBoolean(true)));
    }

    [Fact]
    public void Uuid_IsInNetworkOrder()
    {
        var uuid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        byte[] bytes = Written((ref KafkaWriter writer) => writer.WriteUuid(uuid));

        Assert.Equal("00112233445566778899AABBCCDDEEFF", Convert.ToHexString(bytes));
        Assert.Equal(uuid, ReadOf(bytes, (ref KafkaReader reader) => reader.ReadUuid()));
    }

    [Theory]
    [InlineData(null, false, new byte[] { 0xFF, 0xFF })]
    [InlineData(null, true, new byte[] { 0 })]
    [InlineData("", false, new byte[] { 0, 0 })]
    [InlineData("", true, new byte[] { 1 })]
    [InlineData("é", false, new byte[] { 0, 2, 0xC3, 0xA9 })]
    [InlineData("é", true, new byte[] { 3, 0xC3, 0xA9 })]
    public void String_InBothForms_ReadsBackAsWritten(string? text, bool isCompact, byte[] bytes)
    {
        Assert.Equal(bytes, Written((ref KafkaWriter writer) => writer.WriteString(text, isCompact)));
        Assert.Equal(text, ReadOf(bytes, (ref KafkaReader reader) => reader.ReadNullableString(isCompact)));
    }

    [Fact]
    public void String_LongerThanAnInt16_IsRefusedBothWays()
    {
        string tooLong = new('x', short.MaxValue + 1);
        byte[] bytes = [0x81, 0x80, 0x02, .. new byte[short.MaxValue + 1]];

        Assert.Throws<UnsupportedFieldException>(
            () => Written((ref KafkaWriter writer) => writer.WriteString(tooLong, isCompact: true)));
        AssertMalformed(bytes, (ref KafkaReader reader) => reader.ReadString(isCompact: true));
    }

    [Fact]
    public void String_LongerThanTheOutputsSpan_IsWhole()
    {
        string text = new('x', 20_000);
        byte[] bytes = Written((ref KafkaWriter writer) =>
        {
            writer.WriteInt32(1);
            writer.WriteString(text);
            writer.WriteInt32(2);
        });

        Assert.Equal(20_010, bytes.Length);
        Assert.Equal(text, ReadOf(bytes[4..], (ref KafkaReader reader) => reader.ReadString()));
    }

    [Fact]
    public void Bytes_NullAndEmpty_AreTwoThings()
    {
        Assert.Null(ReadOf([0], (ref KafkaReader reader) => reader.ReadNullableBytes(isCompact: true)));
        var empty = ReadOf([1], (ref KafkaReader reader) => reader.ReadNullableBytes(isCompact: true));
        Assert.True(empty is { IsEmpty: true });
        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF], Written((ref KafkaWriter writer) => writer.WriteBytes(null)));
        Assert.Equal([0, 0, 0, 0], Written((ref KafkaWriter writer) => writer.WriteBytes(ReadOnlyMemory<byte>.Empty)));
    }

    [Fact]
    public void Bytes_AreAViewOfTheFrame()
    {
        byte[] frame = [0, 0, 0, 2, 8, 9];
        var view = ReadOf(frame, (ref KafkaReader reader) => reader.ReadBytes());
        frame[5] = 10;

        Assert.Equal([8, 10], view.ToArray());
    }

    [Fact]
    public void Records_ReadFromAFrame_MayBeStampedInPlace()
    {
        byte[] frame = [0, 0, 0, 2, 8, 9];
        var records = ReadOf(frame, (ref KafkaReader reader) => reader.ReadRecords());
        records.Memory.Span[0] = 77;

        Assert.Equal(77, frame[4]);
    }

    [Fact]
    public void Array_NeverSet_IsWrittenEmpty()
    {
        ImmutableArray<int> never = default;
        Assert.Equal([0, 0, 0, 0], Written((ref KafkaWriter writer) => writer.WriteInt32Array(never)));
    }

    [Fact]
    public void Numbers_BeyondTheFrame_AreMalformed()
    {
        AssertMalformed([], (ref KafkaReader reader) => reader.ReadInt8());
        AssertMalformed([1, 2, 3], (ref KafkaReader reader) => reader.ReadInt32());
        AssertMalformed(new byte[15], (ref KafkaReader reader) => reader.ReadUuid());
    }

    private static byte[] Written(Write write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static T ReadOf<T>(byte[] bytes, Read<T> read)
    {
        var reader = new KafkaReader(bytes);
        return read(ref reader);
    }

    private static void AssertMalformed<T>(byte[] bytes, Read<T> read) =>
        Assert.Throws<MalformedMessageException>(() => ReadOf(bytes, read));
}
