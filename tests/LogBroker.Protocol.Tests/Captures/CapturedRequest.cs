using System.Buffers.Binary;

namespace LogBroker.Protocol.Tests.Captures;

/// <summary>One request frame of a capture file, without its length.</summary>
internal sealed record CapturedRequest(ApiKey ApiKey, short ApiVersion, byte[] Frame)
{
    public static IReadOnlyList<CapturedRequest> ReadFile(string client)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Captures", client + ".bin"));
        var requests = new List<CapturedRequest>();
        while (!rest.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(rest);
            byte[] frame = rest.Slice(sizeof(int), length).ToArray();
            requests.Add(new CapturedRequest(
                (ApiKey)BinaryPrimitives.ReadInt16BigEndian(frame), BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2)), frame));
            rest = rest[(sizeof(int) + length)..];
        }

        return requests;
    }

    public override string ToString() => $"{ApiKey} version {ApiVersion}, {Frame.Length} bytes";
}
