using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Records;

/// <summary>How bytes are shown.</summary>
internal enum Decoding
{
    /// <summary>As text where they are UTF-8, else in hexadecimal.</summary>
    Auto,

    /// <summary>As text; what is no UTF-8 becomes a replacement character.</summary>
    Utf8,

    /// <summary>As JSON.</summary>
    Json,

    /// <summary>In hexadecimal.</summary>
    Hex,

    /// <summary>In Base64.</summary>
    Base64,
}

/// <summary>Shows bytes.</summary>
internal static class Decoded
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For people; nothing for null.</summary>
    public static string Text(byte[]? bytes, Decoding decoding) => bytes is null ? "" : decoding switch
    {
        Decoding.Hex => Convert.ToHexStringLower(bytes),
        Decoding.Base64 => Convert.ToBase64String(bytes),
        Decoding.Utf8 => Encoding.UTF8.GetString(bytes),
        Decoding.Json => Json(bytes, decoding)?.ToJsonString(OneLine) ?? "null",
        _ => TryText(bytes) ?? Convert.ToHexStringLower(bytes),
    };

    /// <summary>For programs: JSON as such, all else as text.</summary>
    public static JsonNode? Json(byte[]? bytes, Decoding decoding)
    {
        if (bytes is null) return null;
        if (decoding != Decoding.Json) return Text(bytes, decoding);
        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return Text(bytes, Decoding.Auto);
        }
    }

    private static string? TryText(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
