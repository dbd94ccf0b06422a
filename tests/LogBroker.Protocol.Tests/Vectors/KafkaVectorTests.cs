using System.Buffers;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Tests.Messages;

namespace LogBroker.Protocol.Tests.Vectors;

/// <summary>Byte-for-byte agreement with the message classes of Apache Kafka.</summary>
public sealed class KafkaVectorTests
{
    public static TheoryData<string> Names => MessageShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void WriteOfRead_OfWhatKafkaWrote_IsTheSameInEveryVersion(string name)
    {
        var vectors = KafkaVectors.Instance.Messages[name].ToList();

        Assert.Equal(MessageShape.ByName[name].Versions, vectors.Select(vector => vector.Version).Distinct());
        foreach (var vector in vectors)
        {
            var message = vector.Shape.Read(vector.Bytes, vector.Version);
            AssertSame(vector.Bytes, MessageShape.Write(message, vector.Version), vector);
        }
    }

    /// <summary>Shows the defaults of fields that a version lacks: the highest version writes them out.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void WriteInHighestVersion_OfWhatKafkaWrote_IsAsKafkaWritesIt(string name)
    {
        var vectors = KafkaVectors.Instance.Messages[name].Where(vector => vector.IsUpgradeTried).ToList();

        var belowHighest = MessageShape.ByName[name].Versions.SkipLast(1);
        Assert.Equal(belowHighest, vectors.Select(vector => vector.Version).Distinct());
        foreach (var vector in vectors)
        {
            short highest = vector.Shape.Versions.Last();
            var message = vector.Shape.Read(vector.Bytes, vector.Version);
            if (vector.Upgraded is { } upgraded) AssertSame(upgraded, MessageShape.Write(message, highest), vector);
            else Assert.Throws<UnsupportedFieldException>(() => MessageShape.Write(message, highest));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_OfFieldsAVersionLacks_IsRefusedWhereKafkaRefuses(string name)
    {
        var vectors = KafkaVectors.Instance.RefusalsFound[name].ToList();
        foreach (var vector in vectors)
        {
            var type = vector.Shape.Type;
            var plain = FieldProbe.Build(type, vector.Path, isChanged: false);
            var changed = FieldProbe.Build(type, vector.Path, isChanged: true);
            foreach (short version in vector.Tried)
            {
                MessageShape.Write(plain, version);
                var fault = Record.Exception(() => MessageShape.Write(changed, version));
                bool isRefused = vector.Refused.Contains(version);
                Assert.True(
                    isRefused ? fault is UnsupportedFieldException : fault is null,
                    $"{name} {vector.Path} version {version}: Kafka {(isRefused ? "refuses" : "writes")}, we {fault}");
            }
        }
        Assert.Distinct(vectors.Select(vector => vector.Path));
    }

    [Fact]
    public void ReadAndWrite_OfHeaders_AreAsKafkasInEveryVersion()
    {
        int versions = ApiCatalog.All.Sum(api => api.Versions.Max - api.Versions.Min + 1);
        Assert.Equal(2 * versions, KafkaVectors.Instance.Headers.Count);
        foreach (var vector in KafkaVectors.Instance.Headers)
        {
            var reader = new KafkaReader(vector.Bytes);
            var output = new ArrayBufferWriter<byte>();
            var writer = new KafkaWriter(output);
            if (vector.IsRequest) Check(RequestHeader.Read(ref reader), vector).Write(ref writer);
            else RewriteResponseHeader(ref reader, ref writer, vector);
            reader.RequireEnd();
            writer.Flush();
            Assert.Equal(vector.Bytes, output.WrittenSpan.ToArray());
        }
    }

    private static RequestHeader Check(RequestHeader header, HeaderVector vector)
    {
        string? clientId = vector.Version % 3 == 0 ? null : $"client-{vector.Version}";
        Assert.Equal(new RequestHeader(vector.Key, vector.Version, vector.CorrelationId, clientId), header);
        return header;
    }

    private static void RewriteResponseHeader(ref KafkaReader reader, ref KafkaWriter writer, HeaderVector vector)
    {
        short version = ApiCatalog.Find(vector.Key)!.ResponseHeaderVersion(vector.Version);
        var header = ResponseHeader.Read(ref reader, version);
        Assert.Equal(vector.CorrelationId, header.CorrelationId);
        header.Write(ref writer, version);
    }

    private static void AssertSame(byte[] expected, byte[] actual, MessageVector vector)
    {
        if (expected.AsSpan().SequenceEqual(actual)) return;
        Assert.Fail($"{vector.Shape.Schema.Name} version {vector.Version}:\n" +
            $"Kafka {Convert.ToHexString(expected)}\nours  {Convert.ToHexString(actual)}");
    }
}
