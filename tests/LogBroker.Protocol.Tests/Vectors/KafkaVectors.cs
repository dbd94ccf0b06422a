using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using LogBroker.Protocol.Tests.Messages;

namespace LogBroker.Protocol.Tests.Vectors;

/// <summary>A message as Kafka's class wrote it.</summary>
/// <param name="Upgraded">The same message written by Kafka in its highest version; null where Kafka refused.</param>
/// <param name="IsUpgradeTried">False for a message that is in its highest version.</param>
internal sealed record MessageVector(
    MessageShape Shape, short Version, byte[] Bytes, byte[]? Upgraded, bool IsUpgradeTried);

/// <summary>A header as Kafka's class wrote it, for a request of an API and version.</summary>
internal sealed record HeaderVector(ApiKey Key, short Version, byte[] Bytes, bool IsRequest)
{
    public int CorrelationId => (int)Key * 1000 + Version;
}

/// <summary>In which versions Kafka's class refuses a value other than the default in a field.</summary>
internal sealed record RefusalVector(
    MessageShape Shape, string Path, ImmutableArray<short> Tried, ImmutableArray<short> Refused);

/// <summary>What JavaVectors wrote; see its README.</summary>
internal sealed class KafkaVectors
{
    private const byte End = 0;
    private const byte Message = 1;
    private const byte RequestHeader = 2;
    private const byte ResponseHeader = 3;
    private const byte Refusals = 4;
    private const int NotTried = -1;
    private const int Refused = -2;

    private static readonly Lazy<KafkaVectors> Loaded = new(() => new KafkaVectors());

    private readonly List<MessageVector> _messages = [];
    private readonly List<RefusalVector> _refusals = [];

    private KafkaVectors()
    {
        var assembly = typeof(KafkaVectors).Assembly;
        using var file = assembly.GetManifestResourceStream("kafka.vectors.gz")!;
        using var input = new BinaryReader(new BufferedStream(new GZipStream(file, CompressionMode.Decompress)));
        for (byte kind = input.ReadByte(); kind != End; kind = input.ReadByte()) ReadOne(kind, input);
        Messages = _messages.ToLookup(vector => vector.Shape.Schema.Name);
        RefusalsFound = _refusals.ToLookup(vector => vector.Shape.Schema.Name);
    }

    public static KafkaVectors Instance => Loaded.Value;

    public ILookup<string, MessageVector> Messages { get; }

    public List<HeaderVector> Headers { get; } = [];

    public ILookup<string, RefusalVector> RefusalsFound { get; }

    private void ReadOne(byte kind, BinaryReader input)
    {
        switch (kind)
        {
            case Message:
                var shape = MessageShape.ByName[ReadText(input)];
                short version = ReadInt16(input);
                byte[] bytes = input.ReadBytes(ReadInt32(input));
                int upgraded = ReadInt32(input);
                byte[]? upgradedBytes = upgraded < 0 ? null : input.ReadBytes(upgraded);
                _messages.Add(new MessageVector(shape, version, bytes, upgradedBytes, upgraded != NotTried));
                Assert.True(upgraded >= Refused);
                break;
            case RequestHeader or ResponseHeader:
                var key = (ApiKey)ReadInt16(input);
                short ofVersion = ReadInt16(input);
                byte[] header = input.ReadBytes(ReadInt32(input));
                Headers.Add(new HeaderVector(key, ofVersion, header, kind == RequestHeader));
                break;
            case Refusals:
                var refusing = MessageShape.ByName[ReadText(input)];
                string path = ReadText(input);
                _refusals.Add(new RefusalVector(refusing, path, ReadVersions(input), ReadVersions(input)));
                break;
            default:
                throw new InvalidDataException($"No vector is of kind {kind}.");
        }
    }

    private static short ReadInt16(BinaryReader input) => BinaryPrimitives.ReverseEndianness(input.ReadInt16());

    private static int ReadInt32(BinaryReader input) => BinaryPrimitives.ReverseEndianness(input.ReadInt32());

    private static string ReadText(BinaryReader input) => Encoding.ASCII.GetString(input.ReadBytes(ReadInt16(input)));

    private static ImmutableArray<short> ReadVersions(BinaryReader input)
    {
        short[] versions = new short[ReadInt16(input)];
        for (int i = 0; i < versions.Length; i++) versions[i] = ReadInt16(input);
        return [.. versions];
    }
}
