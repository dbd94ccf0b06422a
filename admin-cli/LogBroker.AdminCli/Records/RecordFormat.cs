using System.Globalization;
using System.Text;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Records;

/// <summary>How a record is written for people: text with <c>%k</c> key, <c>%v</c> value, <c>%h</c> headers, <c>%t</c> topic, <c>%p</c> partition,
/// <c>%o</c> offset, <c>%T</c> time in milliseconds, <c>%d</c> time as a date, <c>%K</c> and <c>%S</c> the sizes of key and value, <c>%%</c>;
/// <c>%v{hex}</c> decodes otherwise; <c>\t \n \r \0 \x1f</c> are what they are. A format that does not end in <c>\n</c>
/// gets a line for each record.</summary>
internal sealed class RecordFormat
{
    private readonly List<Func<ConsumedRecord<byte[], byte[]>, string>> _parts = [];

    /// <exception cref="CommandException">A letter behind % or a backslash means nothing.</exception>
    public RecordFormat(string text, Decoding decoding)
    {
        var plain = new StringBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) plain.Append(Escaped(text, ref at));
            else if (text[at] != '%') plain.Append(text[at]);
            else
            {
                if (++at == text.Length) throw Unknown("%");
                char letter = text[at];
                Decoding part = letter is 'k' or 'v' ? DecodingAt(text, ref at) ?? decoding : decoding;
                if (letter == '%') plain.Append('%');
                else
                {
                    AddPlain(plain);
                    _parts.Add(Field(letter, part));
                }
            }
        }
        AddPlain(plain);
        EndsLines = text.EndsWith("\\n", StringComparison.Ordinal);
    }

    /// <summary>Whether it says itself where a line ends: then none is ended after each record.</summary>
    public bool EndsLines { get; }

    public string Of(ConsumedRecord<byte[], byte[]> record) => string.Concat(_parts.Select(part => part(record)));

    /// <summary>Headers as name=text, with commas between them.</summary>
    public static string Headers(IReadOnlyList<RecordHeader> headers) =>
        string.Join(',', headers.Select(header => $"{header.Key}={Decoded.Text(header.Value?.ToArray(), Decoding.Auto)}"));

    /// <summary>The letter behind a backslash, which then stands at its end.</summary>
    private static char Escaped(string text, ref int at)
    {
        char letter = text[++at];
        if (letter == 'x' && at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code)
            && char.IsAscii((char)code))
        {
            at += 2;
            return (char)code;
        }
        return letter switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            '0' => '\0',
            _ when !char.IsAsciiLetterOrDigit(letter) => letter,
            _ => throw Unknown($"\\{letter}"),
        };
    }

    private void AddPlain(StringBuilder plain)
    {
        if (plain.Length == 0) return;
        string text = plain.ToString();
        _parts.Add(_ => text);
        plain.Clear();
    }

    private static Decoding? DecodingAt(string text, ref int at)
    {
        int close = at + 1 < text.Length && text[at + 1] == '{' ? text.IndexOf('}', at) : -1;
        if (close < 0) return null;
        string name = text[(at + 2)..close];
        at = close;
        return Enum.TryParse(name, ignoreCase: true, out Decoding decoding) && char.IsAsciiLetter(name[0])
            ? decoding
            : throw new CommandException($"\"{name}\" is no decoding: it is one of {string.Join(", ", Enum.GetNames<Decoding>()).ToLowerInvariant()}.", null, ExitCodes.WrongUsage);
    }

    private static Func<ConsumedRecord<byte[], byte[]>, string> Field(char letter, Decoding decoding) => letter switch
    {
        'k' => record => Decoded.Text(record.Key, decoding),
        'v' => record => Decoded.Text(record.Value, decoding),
        'h' => record => Headers(record.Headers),
        't' => record => record.Topic,
        'p' => record => record.Partition.ToString(CultureInfo.InvariantCulture),
        'o' => record => record.Offset.ToString(),
        'T' => record => record.Timestamp.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        'd' => record => TimeText.Of(record.Timestamp.ToUnixTimeMilliseconds()),
        'K' => record => (record.Key?.Length ?? -1).ToString(CultureInfo.InvariantCulture),
        'S' => record => (record.Value?.Length ?? -1).ToString(CultureInfo.InvariantCulture),
        _ => throw Unknown($"%{letter}"),
    };

    private static CommandException Unknown(string what) =>
        new($"A format knows nothing of {what}.", "%k %v %h %t %p %o %T %d %K %S %%, %v{hex}, and \\t \\n \\r \\0 \\x1f", ExitCodes.WrongUsage);
}
