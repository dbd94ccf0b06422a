using System.Buffers;
using System.Collections.Immutable;
using LogBroker.Protocol.Generator.Schema;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Tests.Messages;

/// <summary>One declared message: its class, and what its schema file says of it.</summary>
internal sealed class MessageShape
{
    private readonly ReadMessage _read;

    private MessageShape(MessageSchema schema, ApiHeading? api)
    {
        Api = api;
        Schema = schema;
        Type = typeof(IMessage).Assembly.GetType($"{typeof(IMessage).Namespace}.{schema.Name}", throwOnError: true)!;
        _read = Type.GetMethod(nameof(Read))!.CreateDelegate<ReadMessage>();
    }

    private delegate IMessage ReadMessage(ref KafkaReader reader, short version);

    public static ImmutableArray<MessageShape> All { get; } = LoadAll();

    public static ImmutableDictionary<string, MessageShape> ByName { get; } =
        All.ToImmutableDictionary(shape => shape.Schema.Name);

    public static TheoryData<string> Names => [.. All.Select(shape => shape.Schema.Name)];

    public MessageSchema Schema { get; }

    /// <summary>Null for a persisted record.</summary>
    public ApiHeading? Api { get; }

    public Type Type { get; }

    public IEnumerable<short> Versions
    {
        get
        {
            for (int version = Schema.Versions.Lowest; version <= Schema.Versions.Highest; version++)
                yield return (short)version;
        }
    }

    public IMessage New() => (IMessage)Activator.CreateInstance(Type)!;

    /// <summary>Reads a message that must fill the frame.</summary>
    public IMessage Read(byte[] frame, short version)
    {
        var reader = new KafkaReader(frame);
        var message = _read(ref reader, version);
        reader.RequireEnd();
        return message;
    }

    /// <summary>Reads a message and says how many bytes it left.</summary>
    public IMessage Read(byte[] frame, short version, out int left)
    {
        var reader = new KafkaReader(frame);
        var message = _read(ref reader, version);
        left = reader.Remaining;
        return message;
    }

    public static byte[] Write(IMessage message, short version)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        message.Write(ref writer, version);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static ImmutableArray<MessageShape> LoadAll()
    {
        var assembly = typeof(MessageShape).Assembly;
        var shapes = ImmutableArray.CreateBuilder<MessageShape>();
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".message")).Order())
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var file = SchemaParser.Parse(text.ReadToEnd());
            Assert.Empty(file.Errors);
            shapes.AddRange(file.Messages.Select(schema => new MessageShape(schema, file.Api)));
        }
        return shapes.ToImmutable();
    }
}
