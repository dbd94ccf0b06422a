using System.Buffers.Binary;
using System.Net.Sockets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.LoadTests.Abuse;

/// <summary>Bytes that are no requests, each on a connection of its own.</summary>
internal static class HostileFrames
{
    private const int Loops = 16;
    private const int PerSecond = 500;
    private const int KeysKnown = 75;

    /// <summary>Whoever waits for more bytes after so long is taken to do so for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public static Task SendRandomAsync(Attack attack) => RepeatAsync(attack, random =>
    {
        var bytes = new byte[random.Next(1, 20_000)];
        random.NextBytes(bytes);
        return bytes;
    });

    public static Task SendOversizeAsync(Attack attack) => RepeatAsync(attack, random =>
    {
        int[] lengths = [int.MaxValue, -1, int.MinValue, 200_000_000];
        var bytes = new byte[1000];
        BinaryPrimitives.WriteInt32BigEndian(bytes, lengths[random.Next(lengths.Length)]);
        return bytes;
    });

    public static Task SendUnknownApisAsync(Attack attack) => RepeatAsync(attack, random =>
        Request((short)random.Next(100, short.MaxValue), 0, new byte[100]));

    /// <summary>Half of them ask for ApiVersions, which has an answer to that.</summary>
    public static Task SendUnknownVersionsAsync(Attack attack) => RepeatAsync(attack, random =>
    {
        var key = random.Next(2) == 0 ? (short)ApiKey.ApiVersions : (short)random.Next(0, KeysKnown);
        return Request(key, (short)random.Next(100, short.MaxValue), new byte[100]);
    });

    /// <summary>Known requests whose first field claims a thousand million bytes or more.</summary>
    public static Task SendWrongLengthsAsync(Attack attack) => RepeatAsync(attack, random =>
    {
        var body = new byte[random.Next(10, 5000)];
        random.NextBytes(body);
        BinaryPrimitives.WriteInt32BigEndian(body, random.Next(1_000_000_000, int.MaxValue));
        return Request((short)random.Next(0, KeysKnown), (short)random.Next(0, 12), body);
    });

    private static Task RepeatAsync(Attack attack, Func<Random, byte[]> make) => attack.RepeatAsync(
        Loops, PerSecond, async random => attack.Outcomes.Add(await SendAsync(attack, make(random))));

    private static async Task<string> SendAsync(Attack attack, byte[] bytes)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(attack.Over);
        try
        {
            using Socket socket = await Wire.ConnectAsync(attack.Port, attack.Over);
            patience.CancelAfter(Patience);
            await socket.SendAsync(bytes, patience.Token);
            var answer = new byte[6];
            if (await Wire.ReadAnswerAsync(socket, answer, patience.Token) < answer.Length) return Outcomes.Closed;
            // Of ApiVersions, the only API that answers such requests with a code, it stands behind the correlation id.
            var error = (ErrorCode)BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(4));
            return BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(4)) == (short)ApiKey.ApiVersions ? $"{error}" : "answered";
        }
        catch (SocketException)
        {
            return Outcomes.Closed;
        }
        catch (OperationCanceledException) when (!attack.Over.IsCancellationRequested)
        {
            return Outcomes.Held;
        }
    }

    private static byte[] Request(short key, short version, byte[] body)
    {
        var bytes = new byte[4 + 2 + 2 + 4 + 2 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), key);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), version);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(12), -1);
        body.CopyTo(bytes, 14);
        return bytes;
    }
}
