using System.Text.RegularExpressions;
using LogBroker.Client;

namespace LogBroker.AdminCli.Records;

/// <summary>Which records are shown: those whose key, value or headers match.</summary>
/// <param name="pattern">The regular expression; null lets all through.</param>
internal sealed class RecordFilter(string? pattern)
{
    private readonly Regex? _expression = Expression(pattern);

    public bool LetsThrough(ConsumedRecord<byte[], byte[]> record) => _expression is null
        || _expression.IsMatch(Decoded.Text(record.Value, Decoding.Auto))
        || _expression.IsMatch(Decoded.Text(record.Key, Decoding.Auto))
        || (record.Headers.Count > 0 && _expression.IsMatch(RecordFormat.Headers(record.Headers)));

    private static Regex? Expression(string? pattern)
    {
        try
        {
            return pattern is null ? null : new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CommandException($"\"{pattern}\" is no regular expression: {e.Message}", null, ExitCodes.WrongUsage);
        }
    }
}
