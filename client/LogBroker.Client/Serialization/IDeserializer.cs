namespace LogBroker.Client;

/// <summary>Turns the bytes of keys or values into objects.</summary>
/// <typeparam name="T">What is read.</typeparam>
/// <remarks>One instance serves every thread that consumes: implementations keep no state of a call.</remarks>
public interface IDeserializer<out T>
{
    /// <summary>Reads one key or value.</summary>
    /// <param name="data">Its bytes, valid during the call only; empty when <paramref name="isNull"/>.</param>
    /// <param name="isNull">The record has no key, or its value is a tombstone.</param>
    /// <param name="context">The topic, and whether it is the key or the value.</param>
    /// <exception cref="SerializationException">The bytes are not such a thing.</exception>
    T Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context);
}
