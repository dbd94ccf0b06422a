using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LogBroker.AdminCli.Output;

/// <summary>JSON values as YAML.</summary>
internal static class YamlText
{
    public static void Write(JsonNode? value, TextWriter output)
    {
        var emitter = new Emitter(output);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, value);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void Emit(Emitter emitter, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject properties:
                emitter.Emit(new MappingStart());
                foreach ((string name, JsonNode? child) in properties)
                {
                    emitter.Emit(new Scalar(name));
                    Emit(emitter, child);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray array:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, array.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (JsonNode? child in array) Emit(emitter, child);
                emitter.Emit(new SequenceEnd());
                break;
            default:
                bool isText = value?.GetValueKind() == JsonValueKind.String;
                string text = value is null ? "null" : PlainText.Of(value);
                // Text that would be read as something else is quoted.
                emitter.Emit(new Scalar(null, null, text, isText && NeedsQuotes(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any, true, isText));
                break;
        }
    }

    private static bool NeedsQuotes(string text) =>
        text is "" or "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "~" || double.TryParse(text, out _);
}
