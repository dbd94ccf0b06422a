using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LogBroker.Protocol.Generator.Schema;

/// <summary>Joins the fields of a parsed message to their structs and finds what cannot be meant.</summary>
internal static class SchemaChecks
{
    public static void Complete(MessageSchema message, List<SchemaError> errors)
    {
        var structs = message.Structs.GroupBy(item => item.Name)
            .ToDictionary(group => group.Key, group => group.First());
        foreach (var field in message.Structs.Prepend(message.Root).SelectMany(item => item.Fields))
            Resolve(field, structs, errors);
        message.Root.Versions = message.Versions;
        Spread(message.Root, message.Versions, depth: 0);
        CheckNames(message, errors);
        foreach (var item in message.Structs.Prepend(message.Root))
        {
            if (item.Versions.IsEmpty) errors.Add(new SchemaError(item.Line, $"No field holds struct {item.Name}."));
            foreach (var field in item.Fields) CheckField(field, item, message, errors);
            foreach (var tag in item.Tagged.GroupBy(field => field.Tag).Where(group => group.Count() > 1))
                errors.Add(new SchemaError(tag.Last().Line, $"Tag {tag.Key} is taken in {item.Name}."));
        }
    }

    private static void Resolve(
        FieldSchema field, Dictionary<string, StructSchema> structs, List<SchemaError> errors)
    {
        if (field.Kind != FieldKind.Struct) return;
        if (!structs.TryGetValue(field.StructName, out var target))
        {
            errors.Add(new SchemaError(field.Line, $"Struct {field.StructName} is declared nowhere in the message."));
            return;
        }
        field.Struct = target;
        target.NeedsDefault |= !field.IsArray && !field.IsNullByDefault;
        target.IsHeldInArray |= field.IsArray;
    }

    /// <summary>Carries the versions of each holder down to the structs it holds.</summary>
    private static void Spread(StructSchema holder, Versions versions, int depth)
    {
        const int DepthMax = 16;
        if (depth > DepthMax) return;
        foreach (var field in holder.Fields.Where(field => field.Struct is not null))
        {
            var reached = field.Versions.Intersect(versions);
            if (reached.IsEmpty) continue;
            field.Struct!.Versions = field.Struct.Versions.Hull(reached);
            Spread(field.Struct, reached, depth + 1);
        }
    }

    private static void CheckNames(MessageSchema message, List<SchemaError> errors)
    {
        foreach (var item in message.Structs.Prepend(message.Root))
        {
            foreach (var twin in item.Fields.GroupBy(field => field.Name).Where(group => group.Count() > 1))
                Fail(twin.Last(), $"is declared twice in {item.Name}.", errors);
            foreach (var field in item.Fields.Where(field => field.Name == item.Name))
                Fail(field, "bears the name of its struct; rename the struct.", errors);
        }
        foreach (var field in message.Root.Fields.Where(field => message.Structs.Any(item => item.Name == field.Name)))
            Fail(field, "bears the name of a struct; rename the struct.", errors);
    }

    private static void CheckField(
        FieldSchema field, StructSchema holder, MessageSchema message, List<SchemaError> errors)
    {
        if (field.Versions.Intersect(holder.Versions).IsEmpty)
            Fail(field, $"is in no version of {holder.Name} ({holder.Versions}).", errors);
        if (field.Tag is not null && !message.Flexible.Covers(field.Versions))
            Fail(field, "has a tag, which only flexible versions carry.", errors);
        if (field is { Tag: not null, Kind: FieldKind.Records })
            Fail(field, "holds records, which cannot be tagged.", errors);
        if (field.IsNullable && !field.HasLength && field.Kind != FieldKind.Struct)
            Fail(field, "has a type that cannot be null.", errors);
        if (field.IsArray && !CanRepeat(field.Kind))
            Fail(field, "has a type of which the protocol has no arrays.", errors);
        if (field is { Default: "null", IsNullable: false })
            Fail(field, "is null by default, which no version allows.", errors);
        if (field.Default is not null and not "null" && !IsDefault(field))
            Fail(field, $"cannot have the default '{field.Default}'.", errors);
    }

    private static bool CanRepeat(FieldKind kind) =>
        kind is FieldKind.Int8 or FieldKind.Int16 or FieldKind.Int32 or FieldKind.Int64 or
            FieldKind.Uuid or FieldKind.String or FieldKind.Struct;

    private static void Fail(FieldSchema field, string text, List<SchemaError> errors) =>
        errors.Add(new SchemaError(field.Line, $"Field {field.Name} {text}"));

    private static bool IsDefault(FieldSchema field)
    {
        string text = field.Default!;
        if (field.IsArray || field.Kind is FieldKind.Records) return text == "empty";
        return field.Kind switch
        {
            FieldKind.Bool => text is "true" or "false",
            FieldKind.Int8 => sbyte.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
            FieldKind.Int16 => short.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
            FieldKind.UInt16 => ushort.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
            FieldKind.Int32 => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
            FieldKind.UInt32 => uint.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
            FieldKind.Int64 => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
            _ => false,
        };
    }
}
