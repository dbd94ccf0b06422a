using System.Globalization;
using System.Text;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>Where a record was read first and how often it was tried: of a new one its own place, of one in a retry topic what its
/// headers tell.</summary>
internal sealed record FailureHistory(string Topic, int Partition, long Offset, DateTimeOffset Timestamp, int Attempts)
{
    private const int StackTraceMax = 4000;

    /// <summary>Whether it was read from a retry topic, whose headers are the retries' business.</summary>
    public bool IsOfRetry { get; private init; }

    /// <summary>The history of a record that was read.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isOfRetry">Whether it comes from a retry topic of this consumer: elsewhere such headers are another one's, as in its dead
    /// letters, or anybody's.</param>
    public static FailureHistory Of(in ConsumedRecord<RawBytes, RawBytes> record, bool isOfRetry)
    {
        IReadOnlyList<RecordHeader> headers = record.Headers;
        int attempts = (int)(Number(headers, FailureHeaders.Attempts) ?? 0);
        if (!isOfRetry || attempts <= 0 || Text(headers, FailureHeaders.Topic) is not { } topic)
            return new FailureHistory(record.Topic, record.Partition, record.Offset.Value, record.Timestamp, 0) { IsOfRetry = isOfRetry };
        return new FailureHistory(
            topic,
            (int)(Number(headers, FailureHeaders.Partition) ?? 0),
            Number(headers, FailureHeaders.Offset) ?? 0,
            Time(headers, FailureHeaders.Timestamp) ?? record.Timestamp,
            attempts) { IsOfRetry = true };
    }

    /// <summary>When a record is to be tried again; null when it does not say.</summary>
    public static DateTimeOffset? DueOf(in ConsumedRecord<RawBytes, RawBytes> record) => Time(record.Headers, FailureHeaders.Due);

    /// <summary>The record's own headers.</summary>
    public static IReadOnlyList<RecordHeader> OwnHeaders(IReadOnlyList<RecordHeader> headers) =>
        headers.Any(IsOfFailure) ? [.. headers.Where(header => !IsOfFailure(header))] : headers;

    /// <summary>The headers of the copy after a further failure.</summary>
    /// <param name="headers">Those of the record that was read.</param>
    /// <param name="group">The group that failed.</param>
    /// <param name="error">Why.</param>
    /// <param name="due">When it is tried again; null when it is not.</param>
    public IReadOnlyList<RecordHeader> HeadersOfCopy(
        IReadOnlyList<RecordHeader> headers, string group, Exception error, DateTimeOffset? due)
    {
        List<RecordHeader> copy =
        [
            .. OwnHeaders(headers),
            Header(FailureHeaders.Attempts, Text(Attempts)),
            Header(FailureHeaders.Topic, Topic),
            Header(FailureHeaders.Partition, Text(Partition)),
            Header(FailureHeaders.Offset, Text(Offset)),
            Header(FailureHeaders.Timestamp, Text(Timestamp.ToUnixTimeMilliseconds())),
            Header(FailureHeaders.Group, group),
            Header(FailureHeaders.ErrorType, error.GetType().FullName ?? error.GetType().Name),
            Header(FailureHeaders.ErrorMessage, error.Message),
        ];
        if (error.StackTrace is { } trace) copy.Add(Header(FailureHeaders.ErrorStackTrace, trace[..Math.Min(trace.Length, StackTraceMax)]));
        if (due is { } time) copy.Add(Header(FailureHeaders.Due, Text(time.ToUnixTimeMilliseconds())));
        return copy;
    }

    private static bool IsOfFailure(RecordHeader header) =>
        header.Key.StartsWith(FailureHeaders.Prefix, StringComparison.Ordinal);

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long? Number(IReadOnlyList<RecordHeader> headers, string name) =>
        long.TryParse(Text(headers, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>A time that is none is as good as missing: anybody may write headers.</summary>
    private static DateTimeOffset? Time(IReadOnlyList<RecordHeader> headers, string name) =>
        Number(headers, name) is { } time && time >= 0 && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(time)
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
