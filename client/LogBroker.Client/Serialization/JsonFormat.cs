using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LogBroker.Client.Serialization;

/// <summary>JSON by metadata that was generated at build time.</summary>
internal sealed class JsonFormat<T>(JsonTypeInfo<T> type) : ISerializer<T>, IDeserializer<T>
{
    // One writer is kept for the next call; a second caller at the same time makes its own.
    private Utf8JsonWriter? _spare;

    public void Serialize(T value, IBufferWriter<byte> output, in SerializationContext context)
    {
        Utf8JsonWriter? writer = Interlocked.Exchange(ref _spare, null);
        if (writer is null) writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        else writer.Reset(output);
        try
        {
            JsonSerializer.Serialize(writer, value, type);
            writer.Flush();
        }
        finally
        {
            writer.Reset(Stream.Null); // lets go of the output
            _spare = writer;
        }
    }

    public T Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context)
    {
        if (isNull) return default!;
        try
        {
            return JsonSerializer.Deserialize(data, type)!;
        }
        catch (JsonException malformed)
        {
            throw new SerializationException(
                $"A {context.Component} of {context.Topic} is not the JSON of {typeof(T).Name}: {malformed.Message}", malformed);
        }
    }
}
