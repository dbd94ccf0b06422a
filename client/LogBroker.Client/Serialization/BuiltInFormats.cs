namespace LogBroker.Client.Serialization;

/// <summary>Finds the built-in serializer of a type.</summary>
internal static class BuiltInFormats
{
    /// <returns>An object that is both serializer and deserializer of <typeparamref name="T"/>, or null.</returns>
    public static object? For<T>()
    {
        if (typeof(T) == typeof(string)) return Serializers.Utf8;
        if (typeof(T) == typeof(byte[])) return Serializers.Bytes;
        if (typeof(T) == typeof(ReadOnlyMemory<byte>)) return Serializers.Memory;
        if (typeof(T) == typeof(Null)) return Serializers.Null;
        if (typeof(T) == typeof(int)) return Serializers.Int32;
        if (typeof(T) == typeof(long)) return Serializers.Int64;
        if (typeof(T) == typeof(short)) return Serializers.Int16;
        if (typeof(T) == typeof(float)) return Serializers.Single;
        if (typeof(T) == typeof(double)) return Serializers.Double;
        if (typeof(T) == typeof(bool)) return Serializers.Boolean;
        return typeof(T) == typeof(Guid) ? Serializers.Guid : null;
    }
}
