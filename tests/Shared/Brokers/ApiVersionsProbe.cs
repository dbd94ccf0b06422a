using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LogBroker.Tests.Brokers;

/// <summary>Asks a broker for its API versions with hand-written bytes, so that readiness rests on no code of ours.</summary>
internal static class ApiVersionsProbe
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    // Size 10, API key 18, version 0, correlation id 0x2A, null client id.
    private static ReadOnlySpan<byte> Request => [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 0x2A, 0xFF, 0xFF];

    /// <summary>Whether the broker answered with error 0 and at least one API.</summary>
    public static async Task<bool> AnswersAsync(int port)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
            await socket.SendAsync(Request.ToArray(), limit.Token);
            await using var stream = new NetworkStream(socket);
            byte[] start = new byte[14];
            await stream.ReadExactlyAsync(start, limit.Token);
            return BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(4)) == 0x2A
                && BinaryPrimitives.ReadInt16BigEndian(start.AsSpan(8)) == 0
                && BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(10)) > 0;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
