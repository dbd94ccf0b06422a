using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace LogBroker.Server.Hosting;

/// <summary>Says that a limit refused something or held it back: a count for each setting, and a line in the log that names
/// the setting and its value.</summary>
/// <remarks>Thread safe. Lines of one setting come at most every ten seconds, with the number of those left out, so that
/// abuse does not fill the disk.</remarks>
internal sealed partial class LimitReports
{
    /// <summary>The meter of limits.</summary>
    public const string MeterName = "LogBroker.Limits";

    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Limit> _limits = new(StringComparer.Ordinal);
    private readonly Counter<long> _reached;
    private readonly TimeProvider _time;
    private readonly ILogger<LimitReports> _logger;

    public LimitReports(IMeterFactory meters, TimeProvider time, ILogger<LimitReports> logger)
    {
        _time = time;
        _logger = logger;
        _reached = meters.Create(MeterName).CreateCounter<long>(
            "logbroker.limit.reached", "{event}", "Times a limit refused something or held it back, by setting.");
    }

    /// <summary>Something was refused: it will not be done.</summary>
    /// <param name="setting">The setting that governs it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="what">What was refused, as the beginning of a sentence; asked only when a line is due.</param>
    /// <param name="level">How severe the line is.</param>
    public void Refused(string setting, object value, Func<string> what, LogLevel level = LogLevel.Warning)
    {
        if (Count(setting) is not { } leftOut) return;
        string refused = what();
        Log.Refused(_logger, level, refused, setting, value, leftOut);
    }

    /// <summary>Something has to wait: it will be done later. Parameters as in <see cref="Refused"/>.</summary>
    public void HeldBack(string setting, object value, Func<string> what, LogLevel level = LogLevel.Information)
    {
        if (Count(setting) is not { } leftOut) return;
        string held = what();
        Log.HeldBack(_logger, level, held, setting, value, leftOut);
    }

    /// <returns>How many lines were left out since the last one, when one is due.</returns>
    private long? Count(string setting)
    {
        Limit limit = _limits.GetOrAdd(setting, static name => new Limit(new KeyValuePair<string, object?>("setting", name)));
        _reached.Add(1, limit.Tag);
        return limit.TakeLine(_time);
    }

    private sealed class Limit(KeyValuePair<string, object?> tag)
    {
        private readonly Lock _lock = new();
        private long? _lastLine;
        private long _leftOut;

        public KeyValuePair<string, object?> Tag => tag;

        public long? TakeLine(TimeProvider time)
        {
            lock (_lock)
            {
                if (_lastLine is { } last && time.GetElapsedTime(last) < LineInterval)
                {
                    _leftOut++;
                    return null;
                }

                long leftOut = _leftOut;
                _leftOut = 0;
                _lastLine = time.GetTimestamp();
                return leftOut;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1110, EventName = "LimitRefuses",
            Message = "{What} is refused: {Setting} is {Value} ({LeftOut} like it since the last line)")]
        public static partial void Refused(
            ILogger logger, LogLevel level, string what, string setting, object value, long leftOut);

        [LoggerMessage(EventId = 1111, EventName = "LimitHoldsBack",
            Message = "{What} has to wait: {Setting} is {Value} ({LeftOut} like it since the last line)")]
        public static partial void HeldBack(
            ILogger logger, LogLevel level, string what, string setting, object value, long leftOut);
    }
}
