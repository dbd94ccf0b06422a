using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>Reads, and starts anew with a new consumer when that fails: the record it failed on was not committed and comes again.
/// </summary>
internal sealed partial class ReadingLoop(ReadingStatus status, HandlingContext context)
{
    /// <summary>Runs until it is cancelled; never throws.</summary>
    /// <param name="open">Makes a consumer that is subscribed.</param>
    /// <param name="read">Reads from it until it is cancelled.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public async Task RunAsync(
        Func<CancellationToken, Task<Consumer<RawBytes, RawBytes>>> open,
        Func<Consumer<RawBytes, RawBytes>, CancellationToken, Task> read,
        CancellationToken cancellationToken)
    {
        status.IsRunning = true;
        try
        {
            for (int failures = 1; !cancellationToken.IsCancellationRequested; failures++)
            {
                long started = context.Time.GetTimestamp();
                Exception error = await ReadOnceAsync(open, read, cancellationToken).ConfigureAwait(false);
                if (cancellationToken.IsCancellationRequested) return;
                if (context.Time.GetElapsedTime(started) > context.Options.RestartDelayMax) failures = 1;
                TimeSpan delay = context.RestartDelayAfter(failures);
                Log.ReadingFailed(context.Logger, status.What, context.Group, delay, error);
                await context.WaitAsync(delay, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            status.IsRunning = false;
        }
    }

    /// <returns>Why it ended.</returns>
    private async Task<Exception> ReadOnceAsync(
        Func<CancellationToken, Task<Consumer<RawBytes, RawBytes>>> open,
        Func<Consumer<RawBytes, RawBytes>, CancellationToken, Task> read,
        CancellationToken cancellationToken)
    {
        Exception error = new InvalidOperationException("Reading ended by itself.");
        try
        {
            Consumer<RawBytes, RawBytes> consumer = await open(cancellationToken).ConfigureAwait(false);
            await using (consumer.ConfigureAwait(false))
            {
                status.Opened(consumer);
                await read(consumer, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            error = failure;
        }
        status.Closed(cancellationToken.IsCancellationRequested ? null : error);
        return error;
    }

    private static partial class Log
    {
        [LoggerMessage(5405, LogLevel.Error, "Group {Group} cannot read {What}; it tries again in {Delay}", EventName = "ReadingFailed")]
        public static partial void ReadingFailed(ILogger logger, string what, string group, TimeSpan delay, Exception error);
    }
}
