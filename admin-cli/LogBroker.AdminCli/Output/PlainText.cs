using System.Text.Json;
using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>Values as bare text: no quotes, lists with commas, nothing for null.</summary>
internal static class PlainText
{
    public static string Of(JsonNode? value) => value switch
    {
        null => "",
        JsonArray array => string.Join(',', array.Select(Of)),
        JsonObject properties => string.Join(',', properties.Select(property => $"{property.Key}={Of(property.Value)}")),
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
