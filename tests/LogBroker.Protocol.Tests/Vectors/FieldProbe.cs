using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using LogBroker.Protocol.Messages;

namespace LogBroker.Protocol.Tests.Vectors;

/// <summary>Makes messages that hold defaults throughout but in one field.</summary>
internal static class FieldProbe
{
    /// <summary>Makes a message with one struct of defaults in each holder on the way to the field.</summary>
    /// <param name="type">The message's class.</param>
    /// <param name="path">The field, as <c>topics.partitions.index</c>.</param>
    /// <param name="isChanged">Whether the field gets a value other than its default.</param>
    public static IMessage Build(Type type, string path, bool isChanged) =>
        (IMessage)Build(type, path.Split('.'), isChanged);

    private static object Build(Type type, ReadOnlySpan<string> path, bool isChanged)
    {
        object holder = Activator.CreateInstance(type)!;
        var property = type.GetProperty(char.ToUpperInvariant(path[0][0]) + path[0][1..])
            ?? throw new InvalidOperationException($"{type.Name} has no {path[0]}.");
        var element = ElementOf(property.PropertyType);
        if (path.Length > 1) Hold(holder, property, Build(element, path[1..], isChanged));
        else if (isChanged) Hold(holder, property, Changed(property, element, property.GetValue(holder)));
        return holder;
    }

    private static object Changed(PropertyInfo property, Type element, object? present)
    {
        if (IsStruct(element))
        {
            object child = Activator.CreateInstance(element)!;
            if (!IsArray(property.PropertyType))
            {
                var first = element.GetProperties()[0];
                Hold(child, first, Changed(first, ElementOf(first.PropertyType), first.GetValue(child)));
            }
            return child;
        }
        if (element == typeof(bool)) return !(bool)present!;
        if (element == typeof(string)) return "x";
        if (element == typeof(Guid)) return new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        if (element == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>([1]);
        if (element == typeof(IRecords)) return new MemoryRecords(new byte[] { 1 });
        if (element.IsEnum) return Enum.ToObject(element, (short)7);
        return Convert.ChangeType(7, element, null);
    }

    private static void Hold(object holder, PropertyInfo property, object child)
    {
        if (!IsArray(property.PropertyType))
        {
            property.SetValue(holder, child);
            return;
        }
        var element = ElementOf(property.PropertyType);
        var items = Array.CreateInstance(element, 1);
        items.SetValue(child, 0);
        property.SetValue(holder, typeof(ImmutableCollectionsMarshal)
            .GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!
            .MakeGenericMethod(element).Invoke(null, [items]));
    }

    private static bool IsStruct(Type type) => type is { IsNested: true, IsClass: true };

    private static bool IsArray(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);
    }

    private static Type ElementOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return IsArray(type) ? type.GetGenericArguments()[0] : type;
    }
}
