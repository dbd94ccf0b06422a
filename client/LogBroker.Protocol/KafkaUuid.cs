using System.Buffers.Text;

namespace LogBroker.Protocol;

/// <summary>The text form of the protocol's uuids, and new ones. In text a uuid is its 16 big-endian bytes as URL-safe
/// base64 without padding: 22 characters.</summary>
public static class KafkaUuid
{
    /// <summary>Characters of the text form.</summary>
    public const int TextLength = 22;

    private const int Bytes = 16;

    public static string ToText(Guid uuid)
    {
        const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // Digit by digit: .NET's own encoder is made for long texts, and compiles its vector code when it is first called.
        Span<byte> bytes = stackalloc byte[Bytes];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<char> text = stackalloc char[TextLength];
        int bits = 0, left = 0, next = 0;
        for (int digit = 0; digit < TextLength; digit++)
        {
            if (left < 6)
            {
                bits = (bits << 8) | (next < Bytes ? bytes[next++] : 0);
                left += 8;
            }
            text[digit] = Digits[(bits >> (left -= 6)) & 63];
        }
        return new string(text);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        uuid = default;
        if (text.Length != TextLength || !Base64Url.IsValid(text)) return false;
        if (!Base64Url.TryDecodeFromChars(text, bytes, out int written) || written != Bytes) return false;
        uuid = new Guid(bytes, bigEndian: true);
        return true;
    }

    /// <summary>Makes a random uuid (version 4) that is none of those Kafka reserves and whose text does not start with
    /// a dash, which tools would take for an option.</summary>
    public static Guid NewRandom(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[Bytes];
        Guid uuid;
        do
        {
            random.NextBytes(bytes);
            bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            uuid = new Guid(bytes, bigEndian: true);
        }
        while (ToText(uuid)[0] == '-');
        return uuid;
    }
}
