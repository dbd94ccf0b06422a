using System.Globalization;

namespace LogBroker.AdminCli.Output;

/// <summary>Times and durations as people read them.</summary>
internal static class TimeText
{
    /// <summary>Milliseconds since the Unix epoch as UTC to the millisecond.</summary>
    public static string Of(long milliseconds) => milliseconds < 0
        ? ""
        : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
