using System.Net.Sockets;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Clusters;

/// <summary>Looks, when no broker answers, what it is that does not: a port nobody listens at, one of another protocol, or a listener that
/// wants to be spoken to in another way.</summary>
internal static class BootstrapProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>ApiVersions of version 0, which every broker answers whoever asks.</summary>
    private static readonly byte[] Question = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 42, 255, 255];

    /// <summary>The same failure, with what the first bootstrap server turns out to be.</summary>
    /// <param name="failure">What the client says.</param>
    /// <param name="connection">Which cluster is meant.</param>
    /// <param name="cancelled">Gives up.</param>
    public static async Task<CommandException> ExplainAsync(Exception failure, ConnectionSettings connection, CancellationToken cancelled)
    {
        string server = connection.BootstrapServers.Split(',')[0].Trim();
        int colon = server.LastIndexOf(':');
        return !int.TryParse(server.AsSpan(colon + 1), out int port) || colon < 0
            ? new CommandException(failure.Message, null)
            : await AskAsync(server[..colon].Trim('[', ']'), port, cancelled) switch
            {
                { Refusal: SocketError.HostNotFound } => new($"There is no host {server[..colon]}.", "--bootstrap-servers HOST:PORT names another"),
                { Refusal: SocketError.ConnectionRefused } => new($"Nothing listens at {server}.", "./logbroker server starts a broker; --bootstrap-servers HOST:PORT names another"),
                { Refusal: { } other } => new($"{server} cannot be reached: {new SocketException((int)other).Message}.", "--bootstrap-servers HOST:PORT names another"),
                { Answer: [(byte)'H', (byte)'T', (byte)'T', (byte)'P', ..] } => new(
                    $"{server} speaks HTTP, not Kafka's protocol.", "--bootstrap-servers HOST:PORT with the port of the broker's listeners, most often 9092"),
                { Answer: [0x15, 3, ..] } => new($"{server} wants TLS.", "-X security.protocol=SSL, with ssl.truststore.location where its certificate is not a public one"),
                { Answer: [_, _, _, _, 0, 0, 0, 42, ..] } => Speaks(server, failure, connection),
                { Answer: [_, ..] } => new($"What answers at {server} does not speak Kafka's protocol.", "--bootstrap-servers HOST:PORT names another"),
                { IsClosed: true } => new($"{server} takes connections and ends them at once: it may want TLS, or be no broker.", "-X security.protocol=SSL, or --bootstrap-servers HOST:PORT names another"),
                _ => new($"{server} takes connections and does not answer: {failure.Message}", "./logbroker cluster health --timeout 60, if the broker is only busy or starting"),
            };
    }

    /// <summary>There is a broker, so the way it is spoken to is wrong, or it is another one that is not there.</summary>
    private static CommandException Speaks(string server, Exception failure, ConnectionSettings connection)
    {
        string protocol = connection.Settings.GetValueOrDefault("security.protocol") ?? "";
        bool asksTls = protocol.EndsWith("SSL", StringComparison.OrdinalIgnoreCase) || connection.Settings.Keys.Any(key => key.StartsWith("ssl.", StringComparison.Ordinal));
        bool asksSasl = protocol.StartsWith("SASL", StringComparison.OrdinalIgnoreCase) || connection.Settings.Keys.Any(key => key.StartsWith("sasl.", StringComparison.Ordinal));
        return (asksTls, asksSasl) switch
        {
            (true, _) => new($"The broker at {server} answers without TLS, and does not speak it there.", "-X security.protocol=PLAINTEXT, or the port of its TLS listener"),
            (false, true) => new($"The broker at {server} does not take who comes with sasl.*: {failure.Message}", "-X security.protocol=PLAINTEXT, or the port of its SASL listener"),
            _ => new($"The broker at {server} answers, and the command still got none: {failure.Message}", "./logbroker doctor; where the listener wants SASL, -X sasl.mechanism=..., sasl.username, sasl.password"),
        };
    }

    private static async Task<(SocketError? Refusal, byte[] Answer, bool IsClosed)> AskAsync(string host, int port, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(host, port, patience.Token);
            NetworkStream stream = socket.GetStream();
            await stream.WriteAsync(Question, patience.Token);
            var answer = new byte[8];
            int length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, patience.Token);
            return (null, answer[..length], length == 0);
        }
        catch (SocketException e)
        {
            return (e.SocketErrorCode == SocketError.TryAgain ? SocketError.HostNotFound : e.SocketErrorCode, [], false);
        }
        catch (IOException)
        {
            return (null, [], true);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return (null, [], false);
        }
    }
}
