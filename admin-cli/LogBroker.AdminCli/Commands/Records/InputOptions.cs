using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using LogBroker.AdminCli.Records;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Commands.Records;

/// <summary>The options that say what is written.</summary>
internal sealed class InputOptions
{
    private readonly Option<string?> _file = new("--file", "-f") { Description = "Read this file in place of standard input", HelpName = "file" };
    private readonly Option<bool> _whole = new("--whole") { Description = "All of the input is one record" };
    private readonly Option<string?> _key = new("--key", "-k") { Description = "The key of all records; a template where --template is", HelpName = "key" };
    private readonly Option<string?> _delimiter = new("--delimiter", "-d") { Description = "What stands between key and value in a line, as in -d :", HelpName = "text" };
    private readonly Option<bool> _json = new("--json") { Description = """Each line is {"key":..., "value":..., "headers":{...}, "partition":..., "timestamp":...}, as consume -o ndjson writes; "valueEncoding":"hex" is for bytes""" };
    private readonly Option<string?> _template = new("--template") { Description = "Fill this for each record: {{count}} {{time}} {{ms}} {{uuid}} {{random 1 6}} {{pick a b}}", HelpName = "text" };
    private readonly Option<long?> _count = new("--count", "-n") { Description = "So many records; with --template 1 when not said", Validators = { Counts.Validate } };
    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "A header of all records; a template where --template is", HelpName = "name=text", DefaultValueFactory = _ => [] };
    private readonly Option<int?> _partition = new("--partition", "-p") { Description = "The partition of all records; their keys decide when not said" };
    private readonly Option<bool> _tombstone = new("--tombstone") { Description = "Lines are keys, and the values are null" };

    /// <summary>Gives a verb these options, and refuses those that would do nothing beside others.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in new Option[] { _file, _whole, _key, _delimiter, _json, _template, _count, _headers, _partition, _tombstone }) verb.Add(option);
        foreach (Option own in new Option[] { _delimiter, _json, _tombstone }) verb.RefuseBeside(own, "for each line has its own", _key);
        verb.RefuseBeside(_template, "which reads no input", _file);
        verb.RefuseBeside(_whole, "which makes one record", _count);
    }

    /// <exception cref="CommandException">Options contradict each other, or the file cannot be read.</exception>
    public IAsyncEnumerable<InputRecord> Read(ParseResult parsed, CommandEnvironment environment, CancellationToken cancelled)
    {
        string[] ways =
        [
            .. new (Option Option, bool IsSaid)[]
            {
                (_delimiter, parsed.GetValue(_delimiter) is not null), (_json, parsed.GetValue(_json)), (_whole, parsed.GetValue(_whole)),
                (_template, parsed.GetValue(_template) is not null), (_tombstone, parsed.GetValue(_tombstone)),
            }.Where(way => way.IsSaid).Select(way => way.Option.Name),
        ];
        if (ways.Length > 1) throw new CommandException($"{string.Join(" and ", ways)} contradict each other.", null, ExitCodes.WrongUsage);
        return parsed.GetValue(_template) is { } template ? Filled(parsed, template, environment) : Typed(parsed, Open(parsed, environment), cancelled);
    }

    /// <summary>Whether records come from standard input.</summary>
    public bool IsTyped(ParseResult parsed) => parsed.GetValue(_template) is null && parsed.GetValue(_file) is null or "-";

    private Stream Open(ParseResult parsed, CommandEnvironment environment)
    {
        try
        {
            return parsed.GetValue(_file) is { } file and not "-" ? File.OpenRead(file) : environment.OpenInput();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The file cannot be read: {e.Message}", null);
        }
    }

    private async IAsyncEnumerable<InputRecord> Typed(ParseResult parsed, Stream input, [EnumeratorCancellation] CancellationToken cancelled)
    {
        await using Stream closing = input;
        byte[]? key = parsed.GetValue(_key) is { } text ? Encoding.UTF8.GetBytes(text) : null;
        RecordHeader[] headers = Headers(parsed);
        long limit = parsed.GetValue(_count) ?? long.MaxValue;
        if (parsed.GetValue(_whole))
        {
            var all = new MemoryStream();
            await input.CopyToAsync(all, cancelled);
            yield return new InputRecord(key, all.ToArray()) { Headers = headers, Partition = parsed.GetValue(_partition) };
            yield break;
        }
        (long number, long records) = (0, 0);
        await foreach (byte[] line in InputLines.ReadAsync(input, cancelled))
        {
            if (records == limit) yield break;
            number++;
            if (parsed.GetValue(_json) && line.AsSpan().IndexOfAnyExcept(" \t\r"u8) < 0) continue;
            records++;
            InputRecord record = Record(parsed, line, number, key);
            yield return record with { Headers = [.. record.Headers, .. headers], Partition = parsed.GetValue(_partition) ?? record.Partition };
        }
    }

    private InputRecord Record(ParseResult parsed, byte[] line, long number, byte[]? key)
    {
        if (parsed.GetValue(_json)) return JsonLine.Parse(line, number);
        if (parsed.GetValue(_tombstone)) return new InputRecord(line, null);
        if (parsed.GetValue(_delimiter) is not { } delimiter) return new InputRecord(key, line);
        if (delimiter.Length == 0) throw new CommandException("An empty delimiter stands between nothing.", null, ExitCodes.WrongUsage);
        byte[] between = Encoding.UTF8.GetBytes(delimiter.Replace("\\t", "\t", StringComparison.Ordinal));
        int at = line.AsSpan().IndexOf(between);
        return at >= 0
            ? new InputRecord(line[..at], line[(at + between.Length)..])
            : throw new CommandException($"Line {number} has no \"{delimiter}\" between key and value; the lines before it are written.", null);
    }

    private async IAsyncEnumerable<InputRecord> Filled(ParseResult parsed, string text, CommandEnvironment environment)
    {
        var value = new RecordTemplate(text, environment.Time, Random.Shared);
        RecordTemplate? key = parsed.GetValue(_key) is { } keyText ? new RecordTemplate(keyText, environment.Time, Random.Shared) : null;
        (string Name, RecordTemplate Value)[] headers =
            [.. Headers(parsed).Select(header => (header.Key, new RecordTemplate(Encoding.UTF8.GetString(header.Value!.Value.Span), environment.Time, Random.Shared)))];
        for (long count = 1; count <= (parsed.GetValue(_count) ?? 1); count++)
        {
            yield return new InputRecord(key?.Fill(count), value.Fill(count))
            {
                Headers = [.. headers.Select(header => new RecordHeader(header.Name, header.Value.Fill(count)))],
                Partition = parsed.GetValue(_partition),
            };
        }
        await Task.CompletedTask;
    }

    private RecordHeader[] Headers(ParseResult parsed) =>
        [.. (parsed.GetValue(_headers) ?? []).Select(KeyValues.Split).Select(header => new RecordHeader(header.Key, Encoding.UTF8.GetBytes(header.Value)))];
}
