using System.Globalization;

namespace LogBroker.AdminCli.Clusters;

/// <summary>Tells after a second that nobody is there, while a command goes on trying: a wait without a word looks like a hang.</summary>
internal sealed class AbsenceNotice : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _timer;
    private Task _telling = Task.CompletedTask;

    /// <param name="context">The command.</param>
    public AbsenceNotice(CommandContext context) =>
        _timer = context.Environment.Time.CreateTimer(_ => _telling = TellAsync(context), null, Delay, Timeout.InfiniteTimeSpan);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _ended.CancelAsync();
        await _telling;
        _ended.Dispose();
    }

    private async Task TellAsync(CommandContext context)
    {
        try
        {
            if (!context.HasClient || await BootstrapProbe.AbsenceAsync(context.Connection, _ended.Token) is not { } absence) return;
            context.Note($"{absence.Message} Trying for {context.Connection.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }
}
