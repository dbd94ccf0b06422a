using System.Globalization;

namespace LogBroker.AdminCli.Output;

/// <summary>Times and durations as people read them.</summary>
internal static class TimeText
{
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Milliseconds since the Unix epoch as UTC to the millisecond; the bare number beyond the year 9999.</summary>
    public static string Of(long milliseconds) => milliseconds < 0
        ? ""
        : milliseconds > Latest
        ? milliseconds.ToString(CultureInfo.InvariantCulture)
        : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A duration in its two largest units: "3 min 4 s"; nothing for null.</summary>
    public static string Of(TimeSpan? duration) => duration switch
    {
        null => "",
        { TotalSeconds: < 1 } instant => $"{instant.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms",
        { TotalMinutes: < 1 } seconds => $"{seconds.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s",
        { TotalHours: < 1 } minutes => $"{minutes.Minutes} min {minutes.Seconds} s",
        { TotalDays: < 1 } hours => $"{hours.Hours} h {hours.Minutes} min",
        { } days => $"{(int)days.TotalDays} d {days.Hours} h",
    };

    /// <summary>A duration in seconds, to the millisecond; null for null.</summary>
    public static double? Seconds(TimeSpan? duration) => duration is { } known ? Math.Round(known.TotalSeconds, 3) : null;
}
