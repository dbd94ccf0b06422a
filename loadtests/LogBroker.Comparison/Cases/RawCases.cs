using System.Buffers;
using System.Buffers.Binary;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Comparison.Cases;

/// <summary>Frames that are no requests: unknown keys and versions, bodies cut and stretched, sizes that lie.</summary>
internal static class RawCases
{
    private const int CorrelationId = 7;
    private const short FlexibleHeader = 2;

    public static void AddTo(Script script)
    {
        foreach (short key in new short[] { 4, 7, 93, 999, short.MaxValue, -1 })
            AddFrame(script, (ApiKey)key, 0, "unknown-key", _ => Header(key, 0, 1), null);
        foreach (ApiDescription api in ApiCatalog.All.Where(api => SampleRequests.For(api.Key, null) is not null))
        {
            if (api.Key == ApiKey.ApiVersions) continue;
            AddVersions(script, api);
            foreach (short version in Script.VersionsOf(api.Key)) AddBodies(script, api, version);
        }

        AddCounts(script);
        AddSizes(script);
    }

    /// <summary>The header of a request, without tagged fields in its first version.</summary>
    public static byte[] Header(short key, short version, short headerVersion)
    {
        byte[] header = new byte[8];
        BinaryPrimitives.WriteInt16BigEndian(header, key);
        BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(2), version);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), CorrelationId);
        return headerVersion >= FlexibleHeader
            ? [.. header, 0, 1, (byte)'c', 0]
            : [.. header, 0, 1, (byte)'c'];
    }

    /// <summary>Adds a case of one frame on a connection of its own.</summary>
    /// <param name="script">Where to.</param>
    /// <param name="api">What the frame says it is.</param>
    /// <param name="version">Of what version.</param>
    /// <param name="name">What is wrong with it.</param>
    /// <param name="content">The frame without its size.</param>
    /// <param name="answerVersion">The version in which an answer is read; null when none is expected.</param>
    public static void AddFrame(
        Script script, ApiKey api, short version, string name, Func<Peer, byte[]> content, short? answerVersion) =>
        script.Add(api, version, name, async peer =>
        {
            using RawExchange exchange = await peer.OpenRawAsync().ConfigureAwait(false);
            try
            {
                byte[]? answer = await exchange.SendFrameAsync(content(peer)).ConfigureAwait(false);
                return Read(api, answerVersion, answer, peer);
            }
            catch (TimeoutException)
            {
                return Answer.Of("no answer");
            }
        }, isRepeatable: false);

    private static void AddVersions(Script script, ApiDescription api)
    {
        short above = (short)(api.Versions.Max + 1);
        short headerVersion = api.RequestHeaderVersion(api.Versions.Max);
        foreach (short version in new[] { above, short.MaxValue, (short)-1 })
        {
            AddFrame(script, api.Key, version, "unknown-version", peer =>
                [.. Header((short)api.Key, version, headerVersion), .. Body(api.Key, api.HighestStable, peer)], null);
        }
    }

    private static void AddBodies(Script script, ApiDescription api, short version)
    {
        byte[] Frame(Peer peer, Func<byte[], byte[]> change) =>
        [
            .. Header((short)api.Key, version, api.RequestHeaderVersion(version)), .. change(Body(api.Key, version, peer)),
        ];

        AddFrame(script, api.Key, version, "whole-body", peer => Frame(peer, body => body), version);
        AddFrame(script, api.Key, version, "body-without-its-end", peer => Frame(peer, body => body[..^1]), version);
        AddFrame(script, api.Key, version, "half-a-body", peer => Frame(peer, body => body[..(body.Length / 2)]), version);
        AddFrame(script, api.Key, version, "no-body", peer => Frame(peer, _ => []), version);
        AddFrame(script, api.Key, version, "bytes-behind-body", peer => Frame(peer, body => [.. body, 1, 2, 3]), version);
    }

    private static void AddCounts(Script script)
    {
        foreach (int count in new[] { -2, 1_000_000, int.MaxValue, int.MinValue })
        {
            byte[] bytes = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, count);
            AddFrame(script, ApiKey.Metadata, 4, $"count-{count}", _ => [.. Header(3, 4, 1), .. bytes, 1], 4);
            AddFrame(script, ApiKey.CreateTopics, 4, $"count-{count}", _ => [.. Header(19, 4, 1), .. bytes, .. new byte[5]], 4);
            AddFrame(script, ApiKey.DeleteTopics, 3, $"count-{count}", _ => [.. Header(20, 3, 1), .. bytes, .. new byte[4]], 3);
        }

        AddFrame(script, ApiKey.CreateTopics, 4, "count-null", _ => [.. Header(19, 4, 1), 255, 255, 255, 255, .. new byte[5]], 4);
        AddFrame(script, ApiKey.Metadata, 9, "compact-count-huge",
            _ => [.. Header(3, 9, 2), 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0], 9);
        AddFrame(script, ApiKey.CreateTopics, 7, "compact-count-null", _ => [.. Header(19, 7, 2), 0, 0, 0, 0, 1, 0, 0], 7);
        AddFrame(script, ApiKey.Metadata, 9, "tag-count-huge",
            _ => [.. Header(3, 9, 2), 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], 9);
        AddFrame(script, ApiKey.Metadata, 9, "unknown-tag", _ => [.. Header(3, 9, 2), 1, 0, 0, 0, 1, 99, 2, 5, 5], 9);
        AddFrame(script, ApiKey.Metadata, 9, "unknown-tag-too-long",
            _ => [.. Header(3, 9, 2), 1, 0, 0, 0, 1, 99, 120, 5, 5], 9);
        AddFrame(script, ApiKey.Metadata, 9, "tags-out-of-order",
            _ => [.. Header(3, 9, 2), 1, 0, 0, 0, 2, 99, 1, 5, 98, 1, 5], 9);
        AddFrame(script, ApiKey.Metadata, 1, "null-client-id",
            _ => [.. Header(3, 1, 1)[..8], 255, 255, 0, 0, 0, 0], 1);
    }

    private static void AddSizes(Script script)
    {
        foreach (int size in new[] { -1, int.MinValue, 104_857_601, int.MaxValue, 0, 1, 7 })
        {
            script.Add(ApiKey.Metadata, 1, $"size-{size}", async peer =>
            {
                using RawExchange exchange = await peer.OpenRawAsync().ConfigureAwait(false);
                byte[] bytes = new byte[sizeof(int) + Math.Clamp(size, 0, 7)];
                BinaryPrimitives.WriteInt32BigEndian(bytes, size);
                byte[]? answer = await exchange.SendAsync(bytes).ConfigureAwait(false);
                return Read(ApiKey.Metadata, null, answer, peer);
            }, isRepeatable: false);
        }
    }

    private static byte[] Body(ApiKey api, short version, Peer peer)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        SampleRequests.For(api, peer)!(version).Write(ref writer, version);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static Answer Read(ApiKey api, short? version, byte[]? answer, Peer peer)
    {
        if (answer is null) return Answer.Of("connection closed");
        if (version is not { } readAs) return Answer.Of($"an answer of {answer.Length} bytes");
        try
        {
            var reader = new KafkaReader(answer);
            Protocol.Framing.ResponseHeader.Read(ref reader, ApiCatalog.Find(api)!.ResponseHeaderVersion(readAs));
            return AnswerReader.Read(ApiCatalog.ReadResponse(api, ref reader, readAs), peer.Names);
        }
        catch (MalformedMessageException malformed)
        {
            return Answer.Of($"malformed answer: {malformed.Message}");
        }
    }
}
