using System.Net;
using System.Net.Sockets;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client;

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
        if (connection.Addresses is not [var address, ..]) return new CommandException(failure.Message, null);
        string server = NameOf(address);
        return await AskAsync(address, cancelled) switch
        {
            { Refusal: { } why } => Absent(address, why),
            { Answer: [(byte)'H', (byte)'T', (byte)'T', (byte)'P', ..] } => new(
                $"{server} speaks HTTP, not Kafka's protocol.", "--bootstrap-servers HOST:PORT with the port of the broker's listeners, most often 9092"),
            // What TLS makes of a question that is none of its own is what was to be expected.
            { Answer: [0x15, 3, ..] } or { IsClosed: true } when AsksTls(connection) => new(
                $"{server} is there, and the command got no answer by TLS: {failure.Message}", "./logbroker cluster health --timeout 60, if the broker is only busy or starting"),
            { Answer: [0x15, 3, ..] } => new($"{server} wants TLS.", "-X security.protocol=SSL, with ssl.truststore.location where its certificate is not a public one"),
            { Answer: [_, _, _, _, 0, 0, 0, 42, ..] } => Speaks(server, failure, connection),
            { Answer: [_, ..] } => new($"What answers at {server} does not speak Kafka's protocol.", "--bootstrap-servers HOST:PORT names another"),
            { IsClosed: true } => new($"{server} takes connections and ends them at once: it may want TLS, or be no broker.", "-X security.protocol=SSL, or --bootstrap-servers HOST:PORT names another"),
            _ => new($"{server} takes connections and does not answer: {failure.Message}", "./logbroker cluster health --timeout 60, if the broker is only busy or starting"),
        };
    }

    /// <summary>Why nobody can be there, told of the first bootstrap server; null when somebody may be at one of them.</summary>
    /// <param name="connection">Which cluster is meant.</param>
    /// <param name="cancelled">Gives up.</param>
    public static async Task<CommandException?> AbsenceAsync(ConnectionSettings connection, CancellationToken cancelled)
    {
        CommandException? first = null;
        foreach (DnsEndPoint address in connection.Addresses)
        {
            if ((await AskAsync(address, cancelled)).Refusal is not { } why) return null;
            first ??= Absent(address, why);
        }
        return first;
    }

    /// <summary>An address as users type it.</summary>
    public static string NameOf(DnsEndPoint address) => address.Host.Contains(':') ? $"[{address.Host}]:{address.Port}" : $"{address.Host}:{address.Port}";

    private static CommandException Absent(DnsEndPoint address, SocketError why) => why switch
    {
        SocketError.HostNotFound => new($"There is no host {address.Host}.", "--bootstrap-servers HOST:PORT names another"),
        SocketError.ConnectionRefused => new(
            $"Nothing listens at {NameOf(address)}.", "./logbroker server starts a broker; --bootstrap-servers HOST:PORT names another"),
        _ => new($"{NameOf(address)} cannot be reached: {new SocketException((int)why).Message}.", "--bootstrap-servers HOST:PORT names another"),
    };

    private static bool AsksTls(ConnectionSettings connection) =>
        Asks(connection, "ssl.", protocol => protocol.EndsWith("SSL", StringComparison.OrdinalIgnoreCase));

    private static bool AsksSasl(ConnectionSettings connection) =>
        Asks(connection, "sasl.", protocol => protocol.StartsWith("SASL", StringComparison.OrdinalIgnoreCase));

    private static bool Asks(ConnectionSettings connection, string settings, Func<string, bool> isMeant) =>
        connection.Settings.GetValueOrDefault("security.protocol") is { } protocol
            ? isMeant(protocol)
            : connection.Settings.Keys.Any(key => key.StartsWith(settings, StringComparison.Ordinal));

    /// <summary>There is a broker, so the way it is spoken to is wrong, or it is another one that is not there.</summary>
    private static CommandException Speaks(string server, Exception failure, ConnectionSettings connection)
    {
        if (AsksTls(connection))
            return new CommandException($"The broker at {server} answers without TLS, and does not speak it there.", "-X security.protocol=PLAINTEXT, or the port of its TLS listener");
        // Once a connection is made, SASL is not what is wrong.
        return AsksSasl(connection) && failure is BrokerUnavailableException
            ? new CommandException($"The broker at {server} does not take who comes with sasl.*: {failure.Message}", "-X security.protocol=PLAINTEXT, or the port of its SASL listener")
            : new CommandException($"The broker at {server} answers, and the command still got none: {failure.Message}", "./logbroker doctor; where the listener wants SASL, -X sasl.mechanism=..., sasl.username, sasl.password");
    }

    private static async Task<(SocketError? Refusal, byte[] Answer, bool IsClosed)> AskAsync(DnsEndPoint address, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(address.Host, address.Port, patience.Token);
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
