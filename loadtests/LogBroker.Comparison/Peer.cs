using System.Net.Sockets;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Transport;

namespace LogBroker.Comparison;

/// <summary>One of the two brokers, with the connection to it.</summary>
/// <remarks>Used by one case at a time. A connection that the broker closed is replaced by the next case.</remarks>
internal sealed class Peer(string label, string host, int port) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    private KafkaChannel? _channel;

    public string Label { get; } = label;

    public string Host { get; } = host;

    public int Port { get; } = port;

    public PeerNames Names { get; } = new() { Port = port };

    /// <summary>What a case wants to remember for a later one, such as the producer id it was given.</summary>
    public Dictionary<string, long> Memory { get; } = new(StringComparer.Ordinal);

    /// <summary>Learns the broker's ids.</summary>
    public async Task GreetAsync()
    {
        DescribeClusterResponse cluster = await CallAsync(new DescribeClusterRequest(), 0).ConfigureAwait(false);
        Names.ClusterId = cluster.ClusterId;
        Names.NodeId = cluster.Brokers.Single().BrokerId;
    }

    /// <summary>Sends a request whose answer a case needs to go on.</summary>
    public async Task<TResponse> CallAsync<TResponse>(
        IRequest<TResponse> request, short version, TimeSpan? patience = null)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        KafkaChannel channel = await ConnectAsync().ConfigureAwait(false);
        return await channel.SendAsync(request, version).WaitAsync(patience ?? AnswerTimeout)
            .ConfigureAwait(false);
    }

    /// <summary>Sends a request and describes what came of it, whatever that is.</summary>
    public async Task<Answer> AskAsync<TResponse>(
        IRequest<TResponse> request,
        short version,
        Action<TResponse>? whenAnswered = null,
        TimeSpan? patience = null)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        try
        {
            TResponse response = await CallAsync(request, version, patience).ConfigureAwait(false);
            whenAnswered?.Invoke(response);
            return AnswerReader.Read(response, Names);
        }
        catch (ConnectionClosedException)
        {
            await DisposeAsync().ConfigureAwait(false);
            return Answer.Of("connection closed");
        }
        catch (MalformedMessageException malformed)
        {
            return Answer.Of($"malformed answer: {malformed.Message}");
        }
        catch (TimeoutException)
        {
            await DisposeAsync().ConfigureAwait(false);
            return Answer.Of("no answer");
        }
    }

    /// <summary>Sends a request that has no answer; whether the connection lives on shows in the request after it.</summary>
    public async Task<Answer> TellAsync(IRequest request, short version)
    {
        KafkaChannel channel = await ConnectAsync().ConfigureAwait(false);
        try
        {
            await channel.SendWithoutResponseAsync(request, version).ConfigureAwait(false);
            await channel.SendAsync(new ApiVersionsRequest(), 0).WaitAsync(AnswerTimeout).ConfigureAwait(false);
            return Answer.Of("no answer, connection stays");
        }
        catch (ConnectionClosedException)
        {
            await DisposeAsync().ConfigureAwait(false);
            return Answer.Of("connection closed");
        }
    }

    public Task<RawExchange> OpenRawAsync() => RawExchange.OpenAsync(Host, Port, AnswerTimeout);

    public async ValueTask DisposeAsync()
    {
        if (_channel is { } channel) await channel.DisposeAsync().ConfigureAwait(false);
        _channel = null;
    }

    private async Task<KafkaChannel> ConnectAsync()
    {
        if (_channel is { Closed.IsCompleted: false } open) return open;
        await DisposeAsync().ConfigureAwait(false);
        return _channel = await KafkaChannel.ConnectAsync(Host, Port).ConfigureAwait(false);
    }
}
