using LogBroker.Client;

namespace LogBroker.AdminCli.Records;

/// <summary>Which records are shown: those whose key, value or headers match.</summary>
/// <param name="pattern">The regular expression; null lets all through.</param>
internal sealed class RecordFilter(string? pattern)
{
    private readonly TextPattern _pattern = TextPattern.Of(pattern);

    public bool LetsThrough(ConsumedRecord<byte[], byte[]> record) => _pattern.IsAny
        || _pattern.Matches(Decoded.Text(record.Value, Decoding.Auto))
        || _pattern.Matches(Decoded.Text(record.Key, Decoding.Auto))
        || (record.Headers.Count > 0 && _pattern.Matches(RecordFormat.Headers(record.Headers)));
}
