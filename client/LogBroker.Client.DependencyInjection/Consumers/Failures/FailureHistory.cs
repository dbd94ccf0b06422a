using System.Globalization;
using System.Text;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>Where a record was read first and how often it was tried: of one in a retry topic of the group what its headers tell, of any
/// other its own place.</summary>
/// <remarks>Headers are anybody's to write: what cannot be is as if it were not there.</remarks>
internal sealed record FailureHistory(string Topic, int Partition, long Offset, DateTimeOffset Timestamp, int Attempts)
{
    private const int TextMax = 4000;

    /// <summary>The record's own headers, without those that its copies were given.</summary>
    public required IReadOnlyList<RecordHeader> Headers { get; init; }

    /// <summary>A record of a topic itself: whatever its headers say of failures is another group's affair.</summary>
    public static FailureHistory OfNew(in ConsumedRecord<RawBytes, RawBytes> record) =>
        new(record.Topic, record.Partition, record.Offset.Value, record.Timestamp, 0) { Headers = record.Headers };

    /// <summary>A record of a retry topic, which a group may share with others.</summary>
    /// <returns>Null when it is another group's.</returns>
    public static FailureHistory? OfCopy(in ConsumedRecord<RawBytes, RawBytes> record, string group)
    {
        IReadOnlyList<RecordHeader> headers = record.Headers;
        if (Text(headers, FailureHeaders.Group) is { } other && other != group) return null;
        bool isCopy = Number(headers, FailureHeaders.Attempts) is > 0 and < int.MaxValue;
        if (!isCopy || Text(headers, FailureHeaders.Topic) is not { } topic) return OfNew(record);
        return new FailureHistory(
            topic,
            (int)Math.Clamp(Number(headers, FailureHeaders.Partition) ?? 0, 0, int.MaxValue),
            Math.Max(Number(headers, FailureHeaders.Offset) ?? 0, 0),
            Time(headers, FailureHeaders.Timestamp) ?? record.Timestamp,
            (int)Number(headers, FailureHeaders.Attempts)!.Value)
        {
            Headers = WithoutLastFailure(headers),
        };
    }

    /// <summary>When a record is to be tried again; null when it does not say.</summary>
    public static DateTimeOffset? DueOf(in ConsumedRecord<RawBytes, RawBytes> record) => Time(record.Headers, FailureHeaders.Due);

    /// <summary>What a copy tells after the record's own headers.</summary>
    /// <param name="group">The group that failed.</param>
    /// <param name="error">Why; null leaves it out.</param>
    /// <param name="due">When it is tried again; null when it is not.</param>
    public IEnumerable<RecordHeader> HeadersOfFailure(string group, Exception? error, DateTimeOffset? due)
    {
        // The first of them: what was before it is the record's own.
        yield return Header(FailureHeaders.Attempts, Text(Attempts));
        yield return Header(FailureHeaders.Topic, Topic);
        yield return Header(FailureHeaders.Partition, Text(Partition));
        yield return Header(FailureHeaders.Offset, Text(Offset));
        yield return Header(FailureHeaders.Timestamp, Text(Timestamp.ToUnixTimeMilliseconds()));
        yield return Header(FailureHeaders.Group, group);
        if (due is { } time) yield return Header(FailureHeaders.Due, Text(time.ToUnixTimeMilliseconds()));
        if (error is null) yield break;
        yield return Header(FailureHeaders.ErrorType, error.GetType().FullName ?? error.GetType().Name);
        yield return Header(FailureHeaders.ErrorMessage, Bounded(error.Message));
        if (error.StackTrace is { } trace) yield return Header(FailureHeaders.ErrorStackTrace, Bounded(trace));
    }

    /// <summary>A copy may be a copy of what another group failed on: only the last failure's headers are not its own.</summary>
    private static RecordHeader[] WithoutLastFailure(IReadOnlyList<RecordHeader> headers)
    {
        int last = headers.Count - 1;
        while (headers[last].Key != FailureHeaders.Attempts) last--;
        return [.. headers.Take(last), .. headers.Skip(last).Where(header => !IsOfFailure(header))];
    }

    private static string Bounded(string text) => text[..Math.Min(text.Length, TextMax)];

    private static bool IsOfFailure(RecordHeader header) =>
        header.Key.StartsWith(FailureHeaders.Prefix, StringComparison.Ordinal);

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long? Number(IReadOnlyList<RecordHeader> headers, string name) =>
        long.TryParse(Text(headers, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static DateTimeOffset? Time(IReadOnlyList<RecordHeader> headers, string name) =>
        Number(headers, name) is { } milliseconds
            && milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : null;

    private static string? Text(IReadOnlyList<RecordHeader> headers, string name)
    {
        for (int index = headers.Count - 1; index >= 0; index--)
        {
            if (headers[index].Key == name) return headers[index].Value is { } value ? Encoding.UTF8.GetString(value.Span) : null;
        }
        return null;
    }
}
