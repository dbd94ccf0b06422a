using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using LogBroker.Protocol.Generator.Schema;
using LogBroker.Protocol.Messages;

namespace LogBroker.Protocol.Tests.Messages;

/// <summary>Fills messages with random values that a version can carry: edge values often, nulls at times.</summary>
internal sealed class RandomMessages(int seed)
{
    private const int ArrayLengthMax = 3;
    private const int DepthOfLongArrays = 2;

    private static readonly string[] Letters =
        [.. "abcdefghij-._é€𝄞".EnumerateRunes().Select(rune => rune.ToString())];

    private readonly Random _random = new(seed);

    public IMessage Next(MessageShape shape, short version) =>
        (IMessage)NextStruct(shape.Type, shape.Schema.Root, version, depth: 0);

    private object NextStruct(Type type, StructSchema schema, short version, int depth)
    {
        object holder = Activator.CreateInstance(type)!;
        foreach (var member in schema.Fields.Where(member => member.Versions.Contains(version)))
        {
            if (member.Tag is not null && _random.Next(2) == 0) continue;
            var property = type.GetProperty(member.Name)!;
            property.SetValue(holder, NextValue(property, member, version, depth));
        }
        return holder;
    }

    private object? NextValue(PropertyInfo property, FieldSchema member, short version, int depth)
    {
        if (member.NullableVersions.Contains(version) && _random.Next(4) == 0) return null;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (!member.IsArray) return NextElement(type, member, version, depth);
        var element = type.GetGenericArguments()[0];
        var items = Array.CreateInstance(element, _random.Next((depth < DepthOfLongArrays ? ArrayLengthMax : 1) + 1));
        for (int i = 0; i < items.Length; i++) items.SetValue(NextElement(element, member, version, depth), i);
        return typeof(ImmutableCollectionsMarshal).GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!
            .MakeGenericMethod(element).Invoke(null, [items]);
    }

    private object NextElement(Type type, FieldSchema member, short version, int depth) => member.Kind switch
    {
        FieldKind.Struct => NextStruct(type, member.Struct!, version, depth + 1),
        FieldKind.Bool => _random.Next(2) == 0,
        FieldKind.Int8 => (sbyte)NextNumber(sbyte.MinValue, sbyte.MaxValue),
        FieldKind.Int16 when type.IsEnum => Enum.ToObject(type, (short)NextNumber(short.MinValue, short.MaxValue)),
        FieldKind.Int16 => (short)NextNumber(short.MinValue, short.MaxValue),
        FieldKind.UInt16 => (ushort)NextNumber(0, ushort.MaxValue),
        FieldKind.Int32 => (int)NextNumber(int.MinValue, int.MaxValue),
        FieldKind.UInt32 => (uint)NextNumber(0, uint.MaxValue),
        FieldKind.Int64 => NextNumber(long.MinValue, long.MaxValue),
        FieldKind.Float64 => _random.NextDouble() * NextNumber(-1000, 1000),
        FieldKind.Uuid => _random.Next(4) == 0 ? Guid.Empty : KafkaUuid.NewRandom(_random),
        FieldKind.String => NextString(),
        FieldKind.Bytes => (ReadOnlyMemory<byte>)NextBytes(),
        FieldKind.Records => new MemoryRecords(NextBytes()),
        _ => throw new InvalidOperationException($"No values for {member.Kind}."),
    };

    private long NextNumber(long lowest, long highest) => _random.Next(6) switch
    {
        0 => lowest,
        1 => highest,
        2 => Math.Max(lowest, -1),
        3 => _random.Next(100),
        _ => _random.NextInt64(lowest, highest),
    };

    private string NextString() => string.Concat(_random.GetItems(Letters, _random.Next(9)));

    private byte[] NextBytes()
    {
        byte[] bytes = new byte[_random.Next(20)];
        _random.NextBytes(bytes);
        return bytes;
    }
}

/// <summary>Compares messages by all they hold.</summary>
internal static class MessageTree
{
    /// <returns>The path of the first difference, or null.</returns>
    public static string? Difference(object? left, object? right, string path = "")
    {
        switch (left, right)
        {
            case (null, null):
                return null;
            case (null, _) or (_, null):
                return path;
            case (IRecords first, IRecords second):
                return BytesOf(first).SequenceEqual(BytesOf(second)) ? null : path;
            case (ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second):
                return first.Span.SequenceEqual(second.Span) ? null : path;
            case (string or ValueType, _) when left is not IEnumerable || left is string:
                return left.Equals(right) ? null : path;
            case (IEnumerable first, IEnumerable second):
                return DifferenceOfItems([.. first.Cast<object>()], [.. second.Cast<object>()], path);
            default:
                return left.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Select(item => Difference(item.GetValue(left), item.GetValue(right), $"{path}.{item.Name}"))
                    .FirstOrDefault(difference => difference is not null);
        }
    }

    private static string? DifferenceOfItems(object[] left, object[] right, string path)
    {
        if (left.Length != right.Length) return $"{path}.Length";
        return left.Zip(right).Select((pair, i) => Difference(pair.First, pair.Second, $"{path}[{i}]"))
            .FirstOrDefault(difference => difference is not null);
    }

    private static byte[] BytesOf(IRecords records) => ((MemoryRecords)records).Memory.ToArray();
}
