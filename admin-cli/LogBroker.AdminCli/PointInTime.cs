using System.Globalization;
using System.Text.RegularExpressions;

namespace LogBroker.AdminCli;

/// <summary>Times and durations as users type them.</summary>
internal static partial class PointInTime
{
    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK",
    ];

    /// <summary>Seconds since the epoch are below it until the year 5138, milliseconds above it since 1973.</summary>
    private const long LeastMilliseconds = 100_000_000_000;

    /// <summary>A time: ISO 8601 (UTC when it says nothing else), seconds or milliseconds since the Unix epoch, "now", or how long ago: 90s, 15m,
    /// 2h, 1h30m, 3d, P1DT2H.</summary>
    /// <exception cref="CommandException">It is none of these.</exception>
    public static DateTimeOffset Parse(string text, TimeProvider time)
    {
        if (text == "now") return time.GetUtcNow();
        DateTimeOffset now = time.GetUtcNow();
        if (text.Length >= 10 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return number < LeastMilliseconds ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number);
        }
        if (TryDuration(text.TrimStart('-'), out TimeSpan ago) && ago < now - DateTimeOffset.UnixEpoch) return now - ago;
        // Only what means the same everywhere; times before the epoch mean other things to brokers.
        return DateTimeOffset.TryParseExact(text, IsoFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            && at >= DateTimeOffset.UnixEpoch
            ? at
            : throw new CommandException($"\"{text}\" is no time: write 2026-01-31T10:00:00Z, or how long ago, as in 2h.", null, ExitCodes.WrongUsage);
    }

    /// <summary>A time that is not still to come, for what goes by it and cannot be taken back.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    /// <param name="time">What time it is.</param>
    /// <param name="instead">What to say in place of such a time.</param>
    /// <exception cref="CommandException">It is none.</exception>
    public static DateTimeOffset ParsePast(string text, TimeProvider time, string instead)
    {
        DateTimeOffset at = Parse(text, time);
        return at <= time.GetUtcNow()
            ? at
            : throw new CommandException($"\"{text}\" is still to come: no record can be younger.", instead, ExitCodes.WrongUsage);
    }

    /// <summary>A duration: 500ms, 90s, 15m, 2h, 1h30m, 3d, or ISO 8601.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static TimeSpan ParseDuration(string text) => TryDuration(text, out TimeSpan duration)
        ? duration
        : throw new CommandException($"\"{text}\" is no duration: write 90s, 15m, 1h30m or 3d.", null, ExitCodes.WrongUsage);

    /// <summary>So long ago, not before the epoch: such times mean other things to brokers.</summary>
    /// <exception cref="CommandException">It is no duration, or too long.</exception>
    public static DateTimeOffset ParseAgo(string text, TimeProvider time)
    {
        (DateTimeOffset now, TimeSpan ago) = (time.GetUtcNow(), ParseDuration(text));
        return ago < now - DateTimeOffset.UnixEpoch
            ? now - ago
            : throw new CommandException($"\"{text}\" ago is before 1970, where no records are.", null, ExitCodes.WrongUsage);
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        try
        {
            return TryAnyDuration(text, out duration);
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static bool TryAnyDuration(string text, out TimeSpan duration)
    {
        duration = default;
        Match match = Short().Match(text);
        if (match.Success)
        {
            foreach ((Capture count, Capture unit) in match.Groups["count"].Captures.Zip(match.Groups["unit"].Captures))
                duration += Part(double.Parse(count.Value, CultureInfo.InvariantCulture), unit.Value);
            return true;
        }
        if (text is not ['P', ..]) return false;
        try
        {
            duration = System.Xml.XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static TimeSpan Part(double count, string unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(count),
        "s" => TimeSpan.FromSeconds(count),
        "m" => TimeSpan.FromMinutes(count),
        "h" => TimeSpan.FromHours(count),
        _ => TimeSpan.FromDays(count),
    };

    [GeneratedRegex(@"^((?<count>\d+(\.\d+)?)(?<unit>ms|s|m|h|d))+$")]
    private static partial Regex Short();
}
