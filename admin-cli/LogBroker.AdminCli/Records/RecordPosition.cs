using System.Globalization;
using LogBroker.AdminCli.Clusters;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Records;

/// <summary>A place in every partition: <c>start</c>, <c>end</c>, an offset, <c>+5</c> behind the start, <c>-5</c> before the end, or
/// <c>@</c> and a time or how long ago.</summary>
/// <param name="Kind">In which way it is said.</param>
/// <param name="Number">The offset, or the distance.</param>
/// <param name="Time">The time.</param>
internal sealed record RecordPosition(RecordPositionKind Kind, long Number = 0, DateTimeOffset Time = default)
{
    /// <exception cref="CommandException">It is none of these.</exception>
    public static RecordPosition Parse(string text, TimeProvider time)
    {
        if (text is "start" or "earliest") return new(RecordPositionKind.AfterStart);
        if (text is "end" or "latest") return new(RecordPositionKind.BeforeEnd);
        if (text.StartsWith('@')) return new(RecordPositionKind.Time, Time: PointInTime.Parse(text[1..], time));
        RecordPositionKind kind = text[..Math.Min(1, text.Length)] switch
        {
            "+" => RecordPositionKind.AfterStart,
            "-" => RecordPositionKind.BeforeEnd,
            _ => RecordPositionKind.Offset,
        };
        return long.TryParse(text.TrimStart('+', '-'), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? new(kind, number)
            : throw new CommandException(
                $"\"{text}\" is no place: write start, end, an offset, +N behind the start, -N before the end, or @TIME as in @2h.", null, ExitCodes.WrongUsage);
    }

    /// <summary>The offset it means in each partition.</summary>
    public async Task<Dictionary<TopicPartition, long>> FindAsync(AdminClient admin, IReadOnlyList<PartitionRange> ranges, CancellationToken cancelled)
    {
        if (Kind != RecordPositionKind.Time) return ranges.ToDictionary(range => range.Partition, Of);
        var found = await admin.Partitions.ListOffsetsAsync(ranges.ToDictionary(range => range.Partition, _ => OffsetSpec.At(Time)), cancellationToken: cancelled);
        return ranges.ToDictionary(
            range => range.Partition, range => found[range.Partition].Offset is { Value: >= 0 } first ? first.Value : range.End ?? 0);
    }

    private long Of(PartitionRange range)
    {
        (long start, long end) = (range.Start ?? 0, range.End ?? 0);
        // Numbers are as large as people type them.
        Int128 wanted = Kind switch
        {
            RecordPositionKind.AfterStart => (Int128)start + Number,
            RecordPositionKind.BeforeEnd => (Int128)end - Number,
            _ => Number,
        };
        return (long)Int128.Clamp(wanted, start, Math.Max(start, end));
    }
}

/// <summary>In which way a place is said.</summary>
internal enum RecordPositionKind
{
    /// <summary>By its offset.</summary>
    Offset,

    /// <summary>So many behind the first record.</summary>
    AfterStart,

    /// <summary>So many before the end.</summary>
    BeforeEnd,

    /// <summary>At the first record not older than a time.</summary>
    Time,
}
