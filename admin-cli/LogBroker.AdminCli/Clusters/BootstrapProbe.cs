using System.Net;
using System.Net.Sockets;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client;

namespace LogBroker.AdminCli.Clusters;

/// <summary>Looks, when no broker answers, what it is that does not: a port nobody listens at, one of another protocol, or a listener that
/// wants to be spoken to in another way.</summary>
internal static class BootstrapProbe
{
    /// <summary>The same failure, with what the first bootstrap server turns out to be.</summary>
    /// <param name="failure">What the client says.</param>
    /// <param name="connection">Which cluster is meant.</param>
    /// <param name="cancelled">Gives up.</param>
    public static async Task<CommandException> ExplainAsync(Exception failure, ConnectionSettings connection, CancellationToken cancelled)
    {
        if (connection.Addresses is not [var address, ..]) return new CommandException(failure.Message, null);
        string server = NameOf(address);
        return await AddressAnswer.OfAsync(address, connection.AddressPatience, cancelled) switch
        {
            { Refusal: { } why } => Absent(address, why),
            { IsHttp: true } => new(
                $"{server} speaks HTTP, not Kafka's protocol.", "--bootstrap-servers HOST:PORT with the port of the broker's listeners, most often 9092"),
            // This is what was to be expected, so whatever is wrong is something else.
            { IsTls: true } or { IsClosed: true } when connection.AsksTls => await MisleadingAsync(connection, cancelled) ?? new(
                $"{server} is there, and the command got no answer by TLS: {failure.Message}", "./logbroker cluster health --timeout 60, if the broker is only busy or starting"),
            { IsTls: true } => new($"{server} wants TLS.", "-X security.protocol=SSL, with ssl.truststore.location where its certificate is not a public one"),
            { IsOfABroker: true } => await MisleadingAsync(connection, cancelled) ?? Speaks(server, failure, connection),
            { Bytes: [_, ..] } => new($"What answers at {server} does not speak Kafka's protocol.", "--bootstrap-servers HOST:PORT names another"),
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
            if ((await AddressAnswer.OfAsync(address, connection.AddressPatience, cancelled)).Refusal is not { } why) return null;
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

    /// <summary>What to say of brokers that are not where the bootstrap server says they are; null when all are.</summary>
    private static async Task<CommandException?> MisleadingAsync(ConnectionSettings connection, CancellationToken cancelled) =>
        AdvertisedBroker.Misleading(await AdvertisedBroker.FindAsync(connection, cancelled), connection);

    /// <summary>There is a broker, so the way it is spoken to is wrong, or it is another one that is not there.</summary>
    private static CommandException Speaks(string server, Exception failure, ConnectionSettings connection)
    {
        if (connection.AsksTls)
            return new CommandException($"The broker at {server} answers without TLS, and does not speak it there.", "-X security.protocol=PLAINTEXT, or the port of its TLS listener");
        // Once a connection is made, SASL is not what is wrong.
        return connection.AsksSasl && failure is BrokerUnavailableException
            ? new CommandException($"The broker at {server} does not take who comes with sasl.*: {failure.Message}", "-X security.protocol=PLAINTEXT, or the port of its SASL listener")
            : new CommandException($"The broker at {server} answers, and the command still got none: {failure.Message}", "./logbroker doctor; where the listener wants SASL, -X sasl.mechanism=..., sasl.username, sasl.password");
    }
}
