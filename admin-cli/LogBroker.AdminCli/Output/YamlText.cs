using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LogBroker.AdminCli.Output;

/// <summary>JSON values as YAML.</summary>
internal static partial class YamlText
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
                    Emit(emitter, name, isText: true);
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
                Emit(emitter, value is null ? "null" : PlainText.Of(value), value?.GetValueKind() == JsonValueKind.String);
                break;
        }
    }

    private static void Emit(Emitter emitter, string text, bool isText) =>
        emitter.Emit(new Scalar(null, null, text, isText && NeedsQuotes(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain, true, isText));

    /// <summary>What is not plainly words is quoted: readers of YAML differ in what they take for a number, a time, or a sign of their own, and
    /// records have texts of all kinds.</summary>
    private static bool NeedsQuotes(string text) =>
        !PlainWords().IsMatch(text)
            || text is ['0', 'x' or 'o' or 'b', ..]
            || Words.Contains(text)
            || (char.IsAsciiDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(OfNumbersAndTimes));

    [GeneratedRegex(@"\A[A-Za-z0-9_/][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainWords();
}
