using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Records;

/// <summary>Text with places that are filled anew for each record: <c>{{count}}</c>, <c>{{time}}</c>, <c>{{ms}}</c>, <c>{{uuid}}</c>,
/// <c>{{random}}</c>, <c>{{random 10 99}}</c>, <c>{{pick red green blue}}</c>.</summary>
internal sealed partial class RecordTemplate
{
    private readonly string _text;
    private readonly TimeProvider _time;
    private readonly Random _random;

    /// <exception cref="CommandException">A place names nothing known.</exception>
    public RecordTemplate(string text, TimeProvider time, Random random)
    {
        (_text, _time, _random) = (text, time, random);
        if (Place().Replace(text, "").Contains("{{", StringComparison.Ordinal))
            throw new CommandException($"The template \"{text}\" opens a place with {{{{ and does not close it with }}}}.", null, ExitCodes.WrongUsage);
        Fill(0);
    }

    /// <summary>The text for the record of this number.</summary>
    public byte[] Fill(long count) => Encoding.UTF8.GetBytes(Place().Replace(_text, place => Value(place.Groups[1].Value.Trim(), count)));

    private string Value(string place, long count)
    {
        string[] words = place.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["count"] => count.ToString(CultureInfo.InvariantCulture),
            ["time"] => TimeText.Of(_time.GetUtcNow().ToUnixTimeMilliseconds()),
            ["ms"] => _time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["uuid"] => Guid.NewGuid().ToString(),
            ["random"] => _random.Next().ToString(CultureInfo.InvariantCulture),
            ["random", var least, var most] when int.TryParse(least, CultureInfo.InvariantCulture, out int from) && int.TryParse(most, CultureInfo.InvariantCulture, out int to) && from <= to =>
                _random.NextInt64(from, to + 1L).ToString(CultureInfo.InvariantCulture),
            ["pick", _, ..] => words[1 + _random.Next(words.Length - 1)],
            [var known, ..] when Words.Contains(known) => throw Wrong($"{{{{{place}}}}} is not how {known} is written."),
            _ => throw Wrong($"A template knows nothing of {{{{{place}}}}}.{NearestName.Question(words.FirstOrDefault(""), Words)}"),
        };
    }

    private static CommandException Wrong(string message) => new(message, "count, time, ms, uuid, random, random FROM TO, pick ONE OTHER ...", ExitCodes.WrongUsage);

    private static readonly string[] Words = ["count", "time", "ms", "uuid", "random", "pick"];

    [GeneratedRegex(@"\{\{(.*?)\}\}")]
    private static partial Regex Place();
}
