using System.Text.RegularExpressions;

namespace LogBroker.Comparison;

/// <summary>The times of one run, in milliseconds since the Unix epoch.</summary>
internal static partial class RunClock
{
    /// <summary>Times that are less than this apart from <see cref="RecordTime"/> were set by a case.</summary>
    public const long NearRecords = 10 * 60 * 1000;

    private const long Hour = 60 * 60 * 1000;

    /// <summary>When the run began.</summary>
    public static readonly long Start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>The time of the first record of every batch, unless a case says otherwise: young enough that no broker
    /// retires it by age during the run, old enough to be told from the brokers' own clocks.</summary>
    public static readonly long RecordTime = Start - (2 * Hour);

    public static bool IsNear(long time) => Math.Abs(time - Start) < 48 * Hour;

    /// <summary>Hides the times of this run in a text.</summary>
    public static string Hide(string text) => Times().Replace(
        text, match => IsNear(long.Parse(match.ValueSpan, provider: null)) ? "(time)" : match.Value);

    [GeneratedRegex("[0-9]{13}")]
    private static partial Regex Times();
}
