using System.Globalization;

namespace LogBroker.AdminCli.Clusters;

/// <summary>Looks after a second whether the cluster can be reached, while a command goes on trying: a wait without a word looks like a hang.
/// Where nobody is there it tells so, for somebody may come. Where a broker is there, and every address it tells clients to connect to is a
/// dead end, it ends the command.</summary>
internal sealed class AbsenceWatch : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over;
    private readonly ITimer _timer;
    private Task _looking = Task.CompletedTask;
    private CommandException? _deadEnd;

    /// <param name="context">The command.</param>
    /// <param name="mayEnd">Whether it ends the command; else it only tells that nobody is there.</param>
    /// <param name="cancelled">Ends the command as well.</param>
    public AbsenceWatch(CommandContext context, bool mayEnd, CancellationToken cancelled)
    {
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        _timer = context.Environment.Time.CreateTimer(_ => _looking = LookAsync(context, mayEnd), null, Delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs the command.</summary>
    /// <exception cref="CommandException">It was ended: the reason.</exception>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        try
        {
            int exitCode = await command(_over.Token);
            return _deadEnd is null ? exitCode : throw _deadEnd;
        }
        catch (Exception e) when (_deadEnd is not null && e != _deadEnd)
        {
            throw _deadEnd;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _over.CancelAsync();
        await _looking;
        _over.Dispose();
    }

    private async Task LookAsync(CommandContext context, bool mayEnd)
    {
        try
        {
            if (!context.HasClient) return;
            if (await BootstrapProbe.AbsenceAsync(context.Connection, _over.Token) is { } absence)
            {
                context.Note($"{absence.Message} Trying for {context.Connection.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
                return;
            }
            if (!mayEnd) return;
            IReadOnlyList<AdvertisedBroker> brokers = await AdvertisedBroker.FindAsync(context.Connection, _over.Token);
            if (!brokers.All(broker => broker.IsDeadEnd)) return;
            _deadEnd = AdvertisedBroker.Misleading(brokers, context.Connection);
            if (_deadEnd is not null) await _over.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }
}
