using System.Net;
using System.Net.Sockets;

namespace LogBroker.AdminCli.Clusters;

/// <summary>What comes back from an address that is asked as brokers are.</summary>
/// <param name="Refusal">Why there is no connection; null when there was one.</param>
/// <param name="Bytes">The first bytes of the answer; none when nothing came in time.</param>
/// <param name="IsClosed">Whether the other side ended the connection in place of an answer.</param>
internal sealed record AddressAnswer(SocketError? Refusal, byte[] Bytes, bool IsClosed)
{
    /// <summary>ApiVersions of version 0, which every broker answers whoever asks.</summary>
    private static readonly byte[] Question = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 42, 255, 255];

    public bool IsOfABroker => Bytes is [_, _, _, _, 0, 0, 0, 42, ..];

    public bool IsHttp => Bytes is [(byte)'H', (byte)'T', (byte)'T', (byte)'P', ..];

    /// <summary>An alert: what TLS makes of a question that is none of its own.</summary>
    public bool IsTls => Bytes is [0x15, 3, ..];

    /// <summary>Asks, and waits a while for an answer.</summary>
    /// <param name="address">Where.</param>
    /// <param name="limit">How long.</param>
    /// <param name="cancelled">Gives up.</param>
    public static async Task<AddressAnswer> OfAsync(DnsEndPoint address, TimeSpan limit, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(limit);
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, patience.Token);
            NetworkStream stream = socket.GetStream();
            await stream.WriteAsync(Question, patience.Token);
            var answer = new byte[8];
            int length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, patience.Token);
            return new AddressAnswer(null, answer[..length], length == 0);
        }
        catch (SocketException e)
        {
            return new AddressAnswer(e.SocketErrorCode == SocketError.TryAgain ? SocketError.HostNotFound : e.SocketErrorCode, [], false);
        }
        catch (IOException)
        {
            return new AddressAnswer(null, [], true);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return new AddressAnswer(socket.Connected ? null : SocketError.TimedOut, [], false);
        }
    }

    /// <summary>Why a client cannot speak to a broker there, as the end of a sentence; null when it can, or may.</summary>
    /// <param name="byTls">Whether it would by TLS, which answers this question with an alert or not at all.</param>
    public string? WhyNoBroker(bool byTls) => this switch
    {
        { Refusal: SocketError.HostNotFound } => "there is no such host",
        { Refusal: SocketError.ConnectionRefused } => "nothing listens there",
        { Refusal: { } why } => new SocketException((int)why).Message,
        { IsHttp: true } => "HTTP is spoken there",
        { IsOfABroker: true } => null,
        { IsTls: true } or { IsClosed: true } => byTls ? null : "TLS is wanted there, or no broker is there",
        // It may be busy.
        { Bytes: [] } => null,
        _ => "no broker is there",
    };
}
