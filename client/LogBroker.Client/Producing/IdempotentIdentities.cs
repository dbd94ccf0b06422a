using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Producing;

/// <summary>The id and epoch of an idempotent producer that is not transactional: asked for once; a new epoch is this producer's own to
/// begin, until they are used up.</summary>
/// <remarks>Thread-safe. Asking goes on until it succeeds, is refused for good, or the producer is closed.</remarks>
internal sealed partial class IdempotentIdentities(Cluster cluster, Action changed, Action<KafkaException> refused)
    : IProducerIdentities, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private ProducerIdentity? _current;
    private Task _asking = Task.CompletedTask;
    private bool _isAsking;

    public ProducerIdentity? Current
    {
        get
        {
            if (Volatile.Read(ref _current) is { } current) return current;
            Ask();
            return null;
        }
    }

    public bool TryRaise(ProducerIdentity stale)
    {
        lock (_lock)
        {
            if (_current != stale) return _current is not null;
            _current = stale.Epoch < short.MaxValue ? stale with { Epoch = (short)(stale.Epoch + 1) } : null;
            if (_current is not null)
            {
                Log.Raised(cluster.Logger, _current.Id, _current.Epoch);
                return true;
            }
        }

        Ask();
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _asking.ConfigureAwait(false);
    }

    private void Ask()
    {
        lock (_lock)
        {
            if (_isAsking || _current is not null || _stopped.IsCancellationRequested) return;
            _isAsking = true;
            _asking = Task.Run(AskAsync);
        }
    }

    private async Task AskAsync()
    {
        for (int failures = 1; !_stopped.IsCancellationRequested; failures++)
        {
            try
            {
                ProducerIdentity identity = await AskOnceAsync().ConfigureAwait(false);
                lock (_lock)
                {
                    _current = identity;
                    _isAsking = false;
                }

                changed();
                return;
            }
            catch (KafkaException refusal) when (!refusal.IsRetriable)
            {
                refused(refusal);
                return;
            }
            catch (Exception failure) when (failure is KafkaException or OperationCanceledException or ObjectDisposedException)
            {
                Log.AskFailed(cluster.Logger, failure.Message);
            }

            await WaitAsync(failures).ConfigureAwait(false);
        }
    }

    private async Task<ProducerIdentity> AskOnceAsync()
    {
        BrokerConnection connection = await cluster.ConnectAnyAsync(_stopped.Token).ConfigureAwait(false);
        var request = new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = int.MaxValue };
        InitProducerIdResponse response =
            await connection.SendAsync(request, cluster.Options.RequestTimeout, _stopped.Token).ConfigureAwait(false);
        if (response.ErrorCode != ErrorCode.None) throw response.ErrorCode.ToException("Asking for a producer id");
        return new ProducerIdentity(response.ProducerId, response.ProducerEpoch);
    }

    private async Task WaitAsync(int failures)
    {
        try
        {
            await cluster.RetryBackoff.WaitAsync(failures, cluster.Time, _stopped.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Closed: the loop ends.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Debug, "Asking for a producer id failed: {Reason}", EventName = "ProducerIdFailed")]
        public static partial void AskFailed(ILogger logger, string reason);

        [LoggerMessage(5102, LogLevel.Information, "Producer {ProducerId} counts anew in epoch {Epoch}", EventName = "EpochRaised")]
        public static partial void Raised(ILogger logger, long producerId, short epoch);
    }
}
