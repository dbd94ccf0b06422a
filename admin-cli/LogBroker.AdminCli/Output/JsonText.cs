using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>JSON values as text, with all letters as they are.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Lines = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In one line.</summary>
    public static string OneLine(JsonNode? value) => value?.ToJsonString(Line) ?? "null";

    /// <summary>For people too: a line for each property and element.</summary>
    public static string Indented(JsonNode? value) => value?.ToJsonString(Lines) ?? "null";
}
