using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LogBroker.AdminCli.Output;

/// <summary>JSON values as YAML.</summary>
internal static class YamlText
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "null", "true", "false", "yes", "no", "on", "off", "y", "n" };

    private static readonly SearchValues<char> OfNumbersAndTimes = SearchValues.Create("0123456789+-.:_eETZ ");

    /// <param name="value">The value.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="isFurther">Whether another document came before it: a line of three dashes is between them.</param>
    public static void Write(JsonNode? value, TextWriter output, bool isFurther = false)
    {
        var emitter = new Emitter(output);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: !isFurther));
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

    /// <summary>Words, and what looks like a number, a time or a date, mean something else to one reader of YAML or another.</summary>
    private static bool NeedsQuotes(string text) =>
        text is "" or "~" or ['.', ..] or ['0', 'x' or 'o', ..]
            || Words.Contains(text)
            || ((char.IsAsciiDigit(text[0]) || text[0] is '+' or '-') && !text.AsSpan().ContainsAnyExcept(OfNumbersAndTimes));
}
