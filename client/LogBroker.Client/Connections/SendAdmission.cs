using LogBroker.Client.Retry;
using LogBroker.Client.Security;
using LogBroker.Transport;

namespace LogBroker.Client.Connections;

/// <summary>Says when requests may be sent on a connection: not while the broker asked for silence (KIP-219), and not when its
/// session is about to end, before it is renewed (KIP-368).</summary>
/// <remarks>Any thread. The end of the connection lets everybody in, to hear of it.</remarks>
internal sealed class SendAdmission(
    KafkaChannel channel, BrokerNode broker, ApiVersionTable versions, SaslAuthenticator? authenticator, TimeProvider time)
{
    private readonly SendGate _gate = new();
    private readonly Lock _lock = new();
    private long _silentUntil = time.GetTimestamp();

    /// <summary>How long the broker still wants to hear nothing; zero or less when it does not.</summary>
    public TimeSpan SilenceLeft => time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _silentUntil));

    private bool IsSilent => SilenceLeft > TimeSpan.Zero && !channel.IsClosed;

    private bool IsRenewalDue => authenticator is { IsRenewalDue: true } && !channel.IsClosed;

    /// <summary>Waits to be let in; <see cref="Leave"/> must follow when the request is written.</summary>
    /// <param name="timeout">How long renewing the session may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask EnterAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        while (true)
        {
            if ((IsSilent || IsRenewalDue) && _gate.TryClose() is { } emptied) ReopenAsync(emptied, timeout).IgnoreFailure();
            await _gate.EnterAsync(cancellationToken).ConfigureAwait(false);
            if (!IsSilent) return;
            _gate.Leave();
        }
    }

    public void Leave() => _gate.Leave();

    /// <summary>Keeps requests back for so long, or for as long as was asked before if that ends later.</summary>
    public void BeSilent(TimeSpan duration)
    {
        long until = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
        lock (_lock)
        {
            if (until > _silentUntil) Volatile.Write(ref _silentUntil, until);
        }
    }

    /// <summary>Opens the gate when nothing speaks against it any more. A session that cannot be renewed ends the connection; the
    /// next one tells why.</summary>
    private async Task ReopenAsync(Task emptied, TimeSpan timeout)
    {
        try
        {
            while (SilenceLeft is { Ticks: > 0 } left && !channel.IsClosed)
            {
                // Timers count whole milliseconds.
                var wait = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
                await channel.Closed.WaitAsync(wait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            if (IsRenewalDue) await RenewAsync(emptied, timeout).ConfigureAwait(false);
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _gate.Open();
        }
    }

    private async Task RenewAsync(Task emptied, TimeSpan timeout)
    {
        await emptied.ConfigureAwait(false);
        var renewing = authenticator!.AuthenticateAsync(channel, broker, versions, CancellationToken.None);
        renewing.IgnoreFailure();
        await renewing.WaitAsync(timeout, time).ConfigureAwait(false);
    }
}
