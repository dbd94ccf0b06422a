using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LogBroker.Protocol.Generator.Schema;

/// <summary>Reads the lines of a <c>.message</c> file into messages, structs and fields.</summary>
/// <remarks>
/// <code>
/// api Heartbeat key 12 versions 0-4 flexible 4+      # "unstable 5" where the highest version is not final
///
/// request
///   GroupId          string   0+                     # name, type, versions that carry it
///   GroupInstanceId  string?  3+  default null       # "?": null is legal in all of them; "null 3+" in some
///   ...
/// </code>
/// Types are bool, int8, int16, uint16, int32, uint32, int64, float64, uuid, string, bytes, records and structs; []
/// makes an array. Options are <c>null V</c>, <c>tag N</c>, <c>default X</c> and <c>ignorable</c>. The fields of a
/// struct stand indented by two below the first field that holds it, or below a <c>struct Name</c> line when several
/// fields share it. <c>record Name type N versions V flexible V</c> opens a persisted struct.
/// </remarks>
internal sealed class SchemaParser
{
    private const int IndentWidth = 2;

    private readonly SchemaFile _file = new();
    private readonly List<StructSchema> _open = [];
    private MessageSchema? _message;
    private FieldSchema? _lastField;

    private SchemaParser()
    {
    }

    public static SchemaFile Parse(string text)
    {
        var parser = new SchemaParser();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++) parser.ParseLine(lines[i].TrimEnd('\r'), i);
        foreach (var message in parser._file.Messages) SchemaChecks.Complete(message, parser._file.Errors);
        if (parser._file.Messages.Count == 0) parser.Fail(0, "The file declares no message.");
        return parser._file;
    }

    private void ParseLine(string line, int number)
    {
        int comment = line.IndexOf('#');
        if (comment >= 0) line = line.Substring(0, comment);
        string[] words = line.Split([' '], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return;
        int indent = line.Length - line.TrimStart(' ').Length;
        if (line.Any(letter => letter == '\t') || indent % IndentWidth != 0)
        {
            Fail(number, $"Indent by {IndentWidth} spaces per level, without tabs.");
            return;
        }
        if (indent == 0) ParseHeading(words, number);
        else ParseMember(words, indent / IndentWidth, number);
    }

    private void ParseHeading(string[] words, int line)
    {
        switch (words[0])
        {
            case "api" when words.Length > 1:
                ParseApi(words, line);
                break;
            case "record" when words.Length > 1:
                var record = HeadingOptions.Parse(words, line, _file.Errors);
                Open(MessageKind.Record, words[1], record.Versions, record.Flexible, record.Type, line);
                break;
            case "request" or "response" when words.Length == 1:
                ParseApiMessage(words[0] == "request" ? MessageKind.Request : MessageKind.Response, line);
                break;
            default:
                Fail(line, $"'{words[0]}' is no heading: 'api Name …', 'request', 'response' or 'record Name …'.");
                break;
        }
    }

    private void ParseApi(string[] words, int line)
    {
        if (_file.Api is not null) Fail(line, "The file declares its API twice.");
        var options = HeadingOptions.Parse(words, line, _file.Errors);
        if (options.Key is null) Fail(line, "An API needs 'key N'.");
        _file.Api = new ApiHeading(
            words[1], options.Key ?? 0, options.Versions, options.Flexible, options.UnstableVersion);
    }

    private void ParseApiMessage(MessageKind kind, int line)
    {
        if (_file.Api is not { } api)
        {
            Fail(line, "'request' and 'response' follow an 'api' line.");
            return;
        }
        if (_file.Messages.Any(message => message.Kind == kind)) Fail(line, $"The {kind} is declared twice.");
        Open(kind, api.Name + kind, api.Versions, api.Flexible, null, line);
    }

    private void Open(MessageKind kind, string name, Versions versions, Versions flexible, int? recordType, int line)
    {
        var root = new StructSchema(name, line);
        _message = new MessageSchema(kind, root, versions, flexible) { RecordType = recordType };
        _file.Messages.Add(_message);
        _open.Clear();
        _open.Add(root);
        _lastField = null;
    }

    private void ParseMember(string[] words, int depth, int line)
    {
        if (_message is null)
        {
            Fail(line, "A field stands before any heading.");
            return;
        }
        if (words[0] == "struct" && words.Length == 2 && depth == 1)
        {
            CloseTo(1);
            _open.Add(Declare(words[1], line));
            _lastField = null;
            return;
        }
        if (depth == _open.Count + 1 && _lastField is { Kind: FieldKind.Struct } holder)
            _open.Add(Declare(holder.StructName, line));
        else if (depth > _open.Count)
        {
            Fail(line, "Only the fields of a struct stand deeper than the line before.");
            return;
        }
        CloseTo(depth);
        _lastField = FieldParser.Parse(words, line, _message.Versions, _file.Errors);
        if (_lastField is not null) _open[depth - 1].Fields.Add(_lastField);
    }

    private void CloseTo(int depth) => _open.RemoveRange(depth, _open.Count - depth);

    private StructSchema Declare(string name, int line)
    {
        if (_message!.Structs.Any(declared => declared.Name == name))
            Fail(line, $"Struct {name} is declared twice; share it by a 'struct {name}' line.");
        var schema = new StructSchema(name, line);
        _message.Structs.Add(schema);
        return schema;
    }

    private void Fail(int line, string message) => _file.Errors.Add(new SchemaError(line, message));

    /// <summary>The word pairs behind the name in a heading.</summary>
    private sealed class HeadingOptions
    {
        public Versions Versions { get; private set; } = Versions.None;

        public Versions Flexible { get; private set; } = Versions.None;

        public int? Key { get; private set; }

        public int? Type { get; private set; }

        public int? UnstableVersion { get; private set; }

        public static HeadingOptions Parse(string[] words, int line, List<SchemaError> errors)
        {
            var options = new HeadingOptions();
            for (int i = 2; i < words.Length; i += 2)
            {
                if (i + 1 == words.Length || !options.TrySet(words[i], words[i + 1]))
                    errors.Add(new SchemaError(line, $"Heading option '{words[i]}' is unknown or its value is not."));
            }
            if (options.Versions.IsEmpty || options.Versions.Highest == Versions.Open)
                errors.Add(new SchemaError(line, "A heading needs 'versions V' with a highest version."));
            return options;
        }

        private bool TrySet(string name, string value)
        {
            if (name is "versions" or "flexible")
            {
                if (!Versions.TryParse(value, out var range)) return false;
                if (name == "versions") Versions = range;
                else Flexible = range;
                return true;
            }
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return false;
            switch (name)
            {
                case "key": Key = number; return true;
                case "type": Type = number; return true;
                case "unstable": UnstableVersion = number; return true;
                default: return false;
            }
        }
    }
}
