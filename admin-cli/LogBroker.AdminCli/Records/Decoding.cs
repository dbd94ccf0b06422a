using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using LogBroker.AdminCli.Output;

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
    /// <summary>What has a name twice is left as it is: no reader of JSON would keep both.</summary>
    private static readonly JsonDocumentOptions OfJson = new() { AllowDuplicateProperties = false };

    /// <summary>For people; nothing for null.</summary>
    public static string Text(byte[]? bytes, Decoding decoding) => bytes is null ? "" : decoding switch
    {
        Decoding.Hex => Convert.ToHexStringLower(bytes),
        Decoding.Base64 => Convert.ToBase64String(bytes),
        Decoding.Utf8 => Encoding.UTF8.GetString(bytes),
        Decoding.Json => JsonText.OneLine(TryJson(bytes, out JsonNode? json) ? json : Text(bytes, Decoding.Auto)),
        _ => IsText(bytes) ? Encoding.UTF8.GetString(bytes) : Convert.ToHexStringLower(bytes),
    };

    /// <summary>Whether the bytes are UTF-8.</summary>
    public static bool IsText(byte[] bytes) => Utf8.IsValid(bytes);

    /// <param name="bytes">What may be JSON.</param>
    /// <param name="json">What it is; null for JSON's null too.</param>
    public static bool TryJson(byte[] bytes, out JsonNode? json)
    {
        json = null;
        try
        {
            json = JsonNode.Parse(bytes, documentOptions: OfJson);
            // Escapes of half a letter are JSON, and no text: that is seen when they are written.
            if (bytes.AsSpan().IndexOf("\\u"u8) >= 0) JsonText.OneLine(json);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
