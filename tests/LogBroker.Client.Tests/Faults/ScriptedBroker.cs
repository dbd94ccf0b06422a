using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Faults;

/// <summary>A broker that answers what a test tells it to: for what no real broker can be made to do at will.</summary>
/// <remarks>An answer of null leaves the request unanswered; an answer that throws closes the connection. ApiVersions and Metadata have
/// answers of their own unless the test gives others.</remarks>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private const int FrameBytesMax = 100 * 1024 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ApiKey, Func<IRequest, short, Task<IResponse?>>> _answers = new();
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly CancellationTokenSource _stopped = new();

    private readonly SslServerAuthenticationOptions? _tls;

    public ScriptedBroker(SslServerAuthenticationOptions? tls = null)
    {
        _tls = tls;
        _listener.Start();
        Answer<ApiVersionsRequest>((_, _) => Versions());
        Answer<MetadataRequest>((request, _) => Cluster(request));
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Bootstrap => $"127.0.0.1:{Port}";

    /// <summary>Every request that came, in order.</summary>
    public ConcurrentQueue<(IRequest Request, short Version)> Requests { get; } = new();

    public int ConnectionCount => _sockets.Count;

    /// <summary>Highest versions to offer in place of all that are known; a negative one leaves an API out.</summary>
    public Dictionary<ApiKey, short> VersionMax { get; } = [];

    public void Answer<TRequest>(Func<TRequest, short, IResponse?> answer)
        where TRequest : IRequest, IApiMessage<TRequest> =>
        _answers[TRequest.Key] = (request, version) => Task.FromResult(answer((TRequest)request, version));

    /// <summary>The same for an answer that takes its time.</summary>
    public void AnswerLater<TRequest>(Func<TRequest, short, Task<IResponse?>> answer)
        where TRequest : IRequest, IApiMessage<TRequest> =>
        _answers[TRequest.Key] = (request, version) => answer((TRequest)request, version);

    /// <summary>Changes the bytes of answers, their length in front included.</summary>
    public Func<IRequest, byte[], byte[]> Harm { get; set; } = static (_, answer) => answer;

    public int CountOf(ApiKey api) => Requests.Count(request => request.Request.ApiKey == api);

    public ApiVersionsResponse Versions() => new()
    {
        ApiKeys =
        [
            .. ApiCatalog.All.Where(IsOffered).Select(api => new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)api.Key,
                MinVersion = api.Versions.Min,
                MaxVersion = VersionMax.TryGetValue(api.Key, out short max) ? max : api.HighestStable,
            }),
        ],
    };

    /// <summary>A cluster of this one broker, 1, that leads one partition of each topic asked for.</summary>
    public MetadataResponse Cluster(MetadataRequest request, int leaderEpoch = 0) => new()
    {
        ClusterId = "scripted",
        ControllerId = 1,
        Brokers = [new() { NodeId = 1, Host = "127.0.0.1", Port = Port }],
        Topics =
        [
            .. (request.Topics ?? []).Select(topic => new MetadataResponse.MetadataResponseTopic
            {
                Name = topic.Name,
                TopicId = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
                Partitions = [new() { PartitionIndex = 0, LeaderId = 1, LeaderEpoch = leaderEpoch, ReplicaNodes = [1], IsrNodes = [1] }],
            }),
        ],
    };

    /// <summary>Closes every connection; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets) socket.Close(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        Cut();
    }

    /// <summary>A broker that does not want metrics does not say that it takes them.</summary>
    private bool IsOffered(ApiDescription api) => VersionMax.GetValueOrDefault(api.Key) >= 0
        && (api.Key != ApiKey.GetTelemetrySubscriptions || _answers.ContainsKey(api.Key));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stopped.Token);
                _sockets.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The broker is stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = await OpenAsync(socket);
            byte[] prefix = new byte[FrameReader.PrefixBytes];
            while (true)
            {
                await stream.ReadExactlyAsync(prefix, _stopped.Token);
                int size = BinaryPrimitives.ReadInt32BigEndian(prefix);
                if (size is < 0 or > FrameBytesMax) throw new InvalidDataException($"a frame of {size} bytes");
                byte[] frame = new byte[size];
                await stream.ReadExactlyAsync(frame, _stopped.Token);
                if (await AnswerAsync(frame) is { } answer) await stream.WriteAsync(answer, _stopped.Token);
            }
        }
        catch (Exception)
        {
            socket.Close(0);
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (_tls is null) return plain;
        var stream = new SslStream(plain);
        await stream.AuthenticateAsServerAsync(_tls, _stopped.Token);
        return stream;
    }

    private async Task<byte[]?> AnswerAsync(byte[] frame)
    {
        var (header, request) = Read(frame);
        Requests.Enqueue((request, header.ApiVersion));
        if (!_answers.TryGetValue(header.ApiKey, out var answer)) throw new InvalidOperationException($"no answer to {header.ApiKey}");
        return await answer(request, header.ApiVersion) is { } response ? Harm(request, Encode(header, response)) : null;
    }

    private static (RequestHeader Header, IRequest Request) Read(byte[] frame)
    {
        var reader = new KafkaReader(frame);
        var header = RequestHeader.Read(ref reader);
        return (header, ApiCatalog.ReadRequest(header.ApiKey, ref reader, header.ApiVersion));
    }

    private static byte[] Encode(RequestHeader header, IResponse response)
    {
        bool isOldForm = response is ApiVersionsResponse { ErrorCode: ErrorCode.UnsupportedVersion };
        using var buffer = new FrameBuffer();
        buffer.EncodeResponse(header.CorrelationId, response, isOldForm ? (short)0 : header.ApiVersion);
        using var bytes = new PooledBufferWriter();
        buffer.CopyTo(bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
