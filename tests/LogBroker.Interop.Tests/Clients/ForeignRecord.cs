using System.Text;

namespace LogBroker.Interop.Tests.Clients;

/// <summary>One header as clients see it; a null value is not the empty one.</summary>
internal sealed record ForeignHeader(string Name, byte[]? Value);

/// <summary>
/// A record outside the broker, in the line form that Clients/README.md describes. Compare with
/// <see cref="ToString"/>, which is exact: keys, values and headers byte for byte.
/// </summary>
/// <param name="Timestamp">Milliseconds since 1970, or null to let the client choose.</param>
internal sealed record ForeignRecord(
    long? Timestamp, byte[]? Key, byte[]? Value, params IReadOnlyList<ForeignHeader> Headers)
{
    private const string Null = "~";

    public static ForeignRecord OfText(string? key, string? value, params IReadOnlyList<ForeignHeader> headers) =>
        new(null, BytesOf(key), BytesOf(value), headers);

    public static byte[]? BytesOf(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    /// <summary>Reads the four fields that follow the offset.</summary>
    public static ForeignRecord Parse(ReadOnlySpan<string> fields) =>
        new(long.Parse(fields[0]), Decode(fields[1]), Decode(fields[2]),
            [.. fields[3].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ParseHeader)]);

    public override string ToString() =>
        string.Join('\t', Timestamp?.ToString() ?? Null, Encode(Key), Encode(Value), string.Join(',', Headers.Select(Print)));

    private static ForeignHeader ParseHeader(string pair)
    {
        string[] halves = pair.Split(':');
        return new ForeignHeader(Encoding.UTF8.GetString(Decode(halves[0])!), Decode(halves[1]));
    }

    private static string Print(ForeignHeader header) => $"{Encode(BytesOf(header.Name))}:{Encode(header.Value)}";

    private static byte[]? Decode(string field) => field == Null ? null : Convert.FromBase64String(field);

    private static string Encode(byte[]? bytes) => bytes is null ? Null : Convert.ToBase64String(bytes);
}

/// <summary>A record as it came out of the broker, with its offset.</summary>
internal sealed record PulledRecord(long Offset, ForeignRecord Record)
{
    public static PulledRecord ParseLine(string line)
    {
        string[] fields = line.Split('\t');
        return new PulledRecord(long.Parse(fields[0]), ForeignRecord.Parse(fields.AsSpan(1)));
    }
}
