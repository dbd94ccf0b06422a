using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.Client.Connections;

/// <summary>The first question on a connection: which versions of which APIs the broker offers (KIP-35, KIP-511).</summary>
internal static class ApiVersionNegotiation
{
    private const string SoftwareName = "logbroker-dotnet";

    private static readonly ApiDescription Api = ApiCatalog.Find(ApiKey.ApiVersions)!;

    private static readonly string SoftwareVersion =
        typeof(ApiVersionNegotiation).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Asks in the newest version; a broker that does not know it answers in version 0 with what it knows, and is asked
    /// again.</summary>
    public static async Task<ApiVersionTable> RunAsync(
        KafkaChannel channel, string clientId, BrokerNode broker, CancellationToken cancellationToken)
    {
        short version = Api.HighestStable;
        var response = await AskAsync(channel, clientId, version, cancellationToken).ConfigureAwait(false);
        if ((ErrorCode)response.ErrorCode == ErrorCode.UnsupportedVersion)
        {
            short offered = response.ApiKeys.FirstOrDefault(api => api.ApiKey == (short)ApiKey.ApiVersions)?.MaxVersion ?? 0;
            response = await AskAsync(channel, clientId, Math.Min(version, offered), cancellationToken).ConfigureAwait(false);
        }
        var error = (ErrorCode)response.ErrorCode;
        if (error != ErrorCode.None) throw error.ToException($"Asking the {broker} for its versions");
        return new ApiVersionTable(response);
    }

    private static async Task<ApiVersionsResponse> AskAsync(
        KafkaChannel channel, string clientId, short version, CancellationToken cancellationToken)
    {
        var answer = await channel.SendRawAsync(Encode(clientId, version), cancellationToken).ConfigureAwait(false);
        return Decode(answer, version);
    }

    private static byte[] Encode(string clientId, short version)
    {
        var request = new ApiVersionsRequest { ClientSoftwareName = SoftwareName, ClientSoftwareVersion = SoftwareVersion };
        using var frame = new FrameBuffer();
        frame.EncodeRequest(new RequestHeader(ApiKey.ApiVersions, version, 0, clientId), request);
        using var bytes = new PooledBufferWriter();
        frame.CopyTo(bytes);
        return bytes.WrittenSpan[FrameReader.PrefixBytes..].ToArray();
    }

    /// <summary>An answer that says "unsupported version" is in version 0 whatever was asked.</summary>
    private static ApiVersionsResponse Decode(Memory<byte> frame, short version)
    {
        var peek = new KafkaReader(frame);
        ResponseHeader.Read(ref peek, 0);
        bool isUnsupported = (ErrorCode)peek.ReadInt16() == ErrorCode.UnsupportedVersion;
        var reader = new KafkaReader(frame);
        ResponseHeader.Read(ref reader, 0);
        return ApiVersionsResponse.Read(ref reader, isUnsupported ? (short)0 : version);
    }
}
