using System.Globalization;

namespace LogBroker.AdminCli.Output;

/// <summary>How far long work is: one line on standard error that is written over, on a terminal and only when the work takes longer than
/// a second.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Width = 30;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter? _error;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer? _timer;
    private readonly Func<(long Done, long Total)> _progress;
    private readonly Lock _lock = new();
    private bool _hasWritten;
    private bool _isOver;

    /// <param name="environment">Where it is written, if that is a terminal.</param>
    /// <param name="progress">Tells how much is done, of how much; asked from a timer.</param>
    public ProgressLine(CommandEnvironment environment, Func<(long Done, long Total)> progress)
    {
        (_error, _time, _progress) = (environment.IsErrorTerminal ? environment.Error : null, environment.Time, progress);
        _started = _time.GetTimestamp();
        if (_error is not null) _timer = _time.CreateTimer(_ => Draw(), null, TimeSpan.FromSeconds(1), Between);
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _isOver = true;
            if (_hasWritten) _error!.Write($"\r{new string(' ', Width + 60)}\r");
        }
    }

    private void Draw()
    {
        lock (_lock)
        {
            if (_isOver) return;
            (long done, long total) = _progress();
            double share = total == 0 ? 0 : Math.Clamp((double)done / total, 0, 1);
            int full = (int)(share * Width);
            double rate = done / Math.Max(0.001, _time.GetElapsedTime(_started).TotalSeconds);
            string text = string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', full)}{new string('.', Width - full)}] {share:P0} {done:N0} of {total:N0}, {rate:N0}/s ");
            _error!.Write(text);
            _hasWritten = true;
        }
    }
}
