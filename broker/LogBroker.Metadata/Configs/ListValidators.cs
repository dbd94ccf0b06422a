using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace LogBroker.Metadata.Configs;

/// <summary>A list whose elements are not empty and, if options are given, among them. Repetitions are dropped when the value
/// is read.</summary>
internal sealed class ListValidator(ImmutableArray<string> options, bool isEmptyAllowed) : ConfigValidator
{
    internal override string? Check(string name, object value)
    {
        var list = (ImmutableArray<string>)value;
        if (list.IsEmpty && !isEmptyAllowed)
        {
            return options.IsEmpty
                ? $"Configuration '{name}' must not be empty. Valid values include: any non-empty value"
                : $"Configuration '{name}' must not be empty. Valid values include: [{string.Join(", ", options)}]";
        }

        foreach (var element in list)
        {
            if (element.Length == 0) return $"Configuration '{name}' values must not be empty.";
            if (!options.IsEmpty && !options.Contains(element))
                return Invalid(name, element, "String must be one of: " + string.Join(", ", options));
        }

        return null;
    }
}

/// <summary><c>*</c>, or pairs of partition and broker.</summary>
internal sealed partial class ThrottledReplicasValidator : ConfigValidator
{
    internal override string? Check(string name, object value)
    {
        var list = (ImmutableArray<string>)value;
        if (list is [] or ["*"] || list.All(element => Pair().IsMatch(element))) return null;
        return Invalid(name, $"[{string.Join(", ", list)}]",
            $"{name} must be the literal '*' or a list of replicas in the following format: " +
            "[partitionId]:[brokerId],[partitionId]:[brokerId],...");
    }

    [GeneratedRegex("^[0-9]+:[0-9]+$")]
    private static partial Regex Pair();
}

/// <summary>latest, earliest, or how far back in time: <c>by_duration:</c> and an ISO-8601 duration (KIP-1106).</summary>
internal sealed class OffsetResetValidator : ConfigValidator
{
    private const string ByDuration = "by_duration:";

    internal override string? Check(string name, object value)
    {
        var text = (string)value;
        if (text is "latest" or "earliest") return null;
        if (text.StartsWith(ByDuration, StringComparison.Ordinal) &&
            JavaText.TryParseDuration(text[ByDuration.Length..], out decimal seconds) && seconds >= 0)
            return null;
        return Invalid(name, text, $"Invalid value `{text}` for configuration {name}. The value must be either 'earliest', " +
            "'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.");
    }
}

/// <summary>Entries <c>id@host:port</c>. Accepted for the sake of Kafka's files; LogBroker has no quorum of its own.</summary>
internal sealed partial class QuorumVotersValidator : ConfigValidator
{
    internal override string? Check(string name, object value) =>
        ((ImmutableArray<string>)value).All(voter => Voter().IsMatch(voter))
            ? null
            : $"Invalid configuration value for {name}. Each entry should be in the form `{{id}}@{{host}}:{{port}}`.";

    [GeneratedRegex("^[0-9]+@.+:[0-9]+$")]
    private static partial Regex Voter();
}

/// <summary>Entries <c>host:port</c>. Accepted for the sake of Kafka's files; LogBroker has no quorum of its own.</summary>
internal sealed partial class QuorumServersValidator : ConfigValidator
{
    internal override string? Check(string name, object value)
    {
        foreach (var server in (ImmutableArray<string>)value)
        {
            if (!Server().IsMatch(server))
            {
                return $"Failed to parse host name from {server} for the configuration {name}. " +
                    "Each entry should be in the form \"{host}:{port}\"";
            }
        }

        return null;
    }

    [GeneratedRegex("^.+:[0-9]+$")]
    private static partial Regex Server();
}
