using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Records;

/// <summary>Bytes as a property of a record in JSON. Where the property alone does not tell the bytes, another beside it says how it stands for
/// them: <c>"value": "ff01", "valueEncoding": "hex"</c>. What is written so is read so.</summary>
internal static class RecordBytes
{
    private const string Suffix = "Encoding";

    private static readonly Dictionary<string, Decoding> Encodings = new(StringComparer.Ordinal)
    {
        ["utf8"] = Decoding.Utf8,
        ["json"] = Decoding.Json,
        ["hex"] = Decoding.Hex,
        ["base64"] = Decoding.Base64,
    };

    /// <summary>A key or a value is shown to programs: JSON as such, all else as text.</summary>
    public static void Write(JsonObject record, string name, byte[]? bytes, Decoding decoding)
    {
        JsonNode? json = null;
        string? encoding = null;
        if (bytes is not null && decoding == Decoding.Json && Decoded.TryJson(bytes, out json))
        {
            // Text would be taken for the bytes themselves, and null for none.
            if (json is null || json.GetValueKind() == JsonValueKind.String) encoding = "json";
        }
        else if (bytes is not null)
        {
            json = Decoded.Text(bytes, decoding == Decoding.Json ? Decoding.Auto : decoding);
            encoding = decoding switch
            {
                Decoding.Hex => "hex",
                Decoding.Base64 => "base64",
                Decoding.Auto or Decoding.Json when !Decoded.IsText(bytes) => "hex",
                _ => null,
            };
        }
        record[name] = json;
        if (encoding is not null) record[name + Suffix] = encoding;
    }

    /// <summary>The bytes of a property; null when it is not there.</summary>
    /// <exception cref="FormatException">The property is not in the encoding that is said.</exception>
    public static byte[]? Read(JsonElement record, string name)
    {
        if (!record.TryGetProperty(name, out JsonElement value)) return null;
        if (!record.TryGetProperty(name + Suffix, out JsonElement said) || said.ValueKind == JsonValueKind.Null)
            return Plain(value);
        string encoding = said.ToString();
        if (!Encodings.TryGetValue(encoding, out Decoding known))
            throw new FormatException($"\"{encoding}\" is no encoding: it is one of {string.Join(", ", Encodings.Keys)}.{NearestName.Question(encoding, Encodings.Keys)}");
        if (known == Decoding.Json) return Raw(value);
        try
        {
            return Bytes(value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException(), known);
        }
        catch (FormatException)
        {
            throw new FormatException($"its {name} is not in {encoding}");
        }
    }

    /// <summary>Without an encoding, text is taken as it is, null for no bytes, other values as their JSON.</summary>
    public static byte[]? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => Encoding.UTF8.GetBytes(value.GetString()!),
        _ => Raw(value),
    };

    private static byte[] Raw(JsonElement value) => Encoding.UTF8.GetBytes(value.GetRawText());

    private static byte[] Bytes(string text, Decoding encoding) => encoding switch
    {
        Decoding.Hex => Convert.FromHexString(text),
        Decoding.Base64 => Convert.FromBase64String(text),
        _ => Encoding.UTF8.GetBytes(text),
    };
}
