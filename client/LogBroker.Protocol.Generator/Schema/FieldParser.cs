using System;
using System.Collections.Generic;
using System.Globalization;

namespace LogBroker.Protocol.Generator.Schema;

/// <summary>Reads one field line: name, type, versions, options.</summary>
internal static class FieldParser
{
    private static readonly Dictionary<string, FieldKind> Kinds = new()
    {
        ["bool"] = FieldKind.Bool,
        ["int8"] = FieldKind.Int8,
        ["int16"] = FieldKind.Int16,
        ["uint16"] = FieldKind.UInt16,
        ["int32"] = FieldKind.Int32,
        ["uint32"] = FieldKind.UInt32,
        ["int64"] = FieldKind.Int64,
        ["float64"] = FieldKind.Float64,
        ["uuid"] = FieldKind.Uuid,
        ["string"] = FieldKind.String,
        ["bytes"] = FieldKind.Bytes,
        ["records"] = FieldKind.Records,
    };

    /// <returns>Null, with an error added, when the line cannot be read.</returns>
    public static FieldSchema? Parse(string[] words, int line, Versions messageVersions, List<SchemaError> errors)
    {
        if (words.Length < 3) return Fail(line, "A field is 'Name type versions [options]'.", errors);
        string name = words[0], type = words[1];
        if (!IsPascalCase(name)) return Fail(line, $"Field name '{name}' is not a capitalised word.", errors);
        if (!Versions.TryParse(words[2], out var versions) || versions.IsEmpty)
            return Fail(line, $"'{words[2]}' is no version range; write 3+, 3-12 or 5.", errors);

        bool isNullable = type[type.Length - 1] == '?';
        if (isNullable) type = type.Substring(0, type.Length - 1);
        bool isArray = type.StartsWith("[]", StringComparison.Ordinal);
        if (isArray) type = type.Substring(2);
        bool isPrimitive = Kinds.TryGetValue(type, out var kind);
        if (!isPrimitive && !IsPascalCase(type))
            return Fail(line, $"Type '{type}' is neither of the wire's types nor a capitalised struct name.", errors);

        var field = new FieldSchema(name, line)
        {
            Kind = isPrimitive ? kind : FieldKind.Struct,
            StructName = isPrimitive ? "" : type,
            IsArray = isArray,
        };
        field.Versions = versions.Intersect(messageVersions);
        if (field.Versions.IsEmpty)
            return Fail(line, $"Versions {versions} of {name} lie outside the message's {messageVersions}.", errors);
        if (isNullable) field.NullableVersions = field.Versions;
        return ParseOptions(field, words, line, errors) ? field : null;
    }

    private static bool ParseOptions(FieldSchema field, string[] words, int line, List<SchemaError> errors)
    {
        for (int i = 3; i < words.Length; i++)
        {
            string option = words[i];
            if (option == "ignorable")
            {
                field.IsIgnorable = true;
                continue;
            }
            string? value = ++i < words.Length ? words[i] : null;
            if (value is null || !TrySet(field, option, value))
            {
                string known = "'null V', 'tag N', 'default X' or 'ignorable'";
                Fail(line, $"Option '{option} {value}' is wrong; write {known}.", errors);
                return false;
            }
        }
        return true;
    }

    private static bool TrySet(FieldSchema field, string option, string value)
    {
        switch (option)
        {
            case "null" when Versions.TryParse(value, out var versions):
                field.NullableVersions = versions.Intersect(field.Versions);
                return true;
            case "tag" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int tag):
                field.Tag = tag;
                return true;
            case "default":
                field.Default = value;
                return true;
            default:
                return false;
        }
    }

    private static bool IsPascalCase(string word)
    {
        foreach (char letter in word)
        {
            if (!char.IsLetterOrDigit(letter)) return false;
        }
        return char.IsUpper(word[0]);
    }

    private static FieldSchema? Fail(int line, string message, List<SchemaError> errors)
    {
        errors.Add(new SchemaError(line, message));
        return null;
    }
}
