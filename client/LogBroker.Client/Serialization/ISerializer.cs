using System.Buffers;

namespace LogBroker.Client;

/// <summary>Turns keys or values into bytes, straight into the producer's memory.</summary>
/// <typeparam name="T">What is written.</typeparam>
/// <remarks>One instance serves every thread that produces: implementations keep no state of a call.</remarks>
public interface ISerializer<in T>
{
    /// <summary>Writes the bytes of <paramref name="value"/>.</summary>
    /// <param name="value">What to write; never one that <see cref="IsNull"/> told to be null.</param>
    /// <param name="output">Where the bytes go. Writing nothing gives an empty key or value, which is not a null one.</param>
    /// <param name="context">The topic, and whether it is the key or the value.</param>
    void Serialize(T value, IBufferWriter<byte> output, in SerializationContext context);

    /// <summary>Whether the record gets no key, or no value (a tombstone), instead of bytes. By default that is so for null.</summary>
    /// <param name="value">What would be written.</param>
    bool IsNull(T value) => value is null;
}

/// <summary>A serializer that must do something slow once before it can write, such as asking a schema registry. The producer
/// waits for it before a record, never while it writes one.</summary>
/// <typeparam name="T">What is written.</typeparam>
public interface IPreparedSerializer<in T> : ISerializer<T>
{
    /// <summary>Whether <see cref="ISerializer{T}.Serialize"/> may be called now. Asked for each record: it must be quick.</summary>
    /// <param name="value">What would be written.</param>
    /// <param name="context">The topic, and whether it is the key or the value.</param>
    bool IsReady(T value, in SerializationContext context);

    /// <summary>Does what is needed once. Several calls may be under way.</summary>
    /// <param name="value">What would be written.</param>
    /// <param name="context">The topic, and whether it is the key or the value.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask PrepareAsync(T value, SerializationContext context, CancellationToken cancellationToken);
}
