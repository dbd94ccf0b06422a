using System.Net;
using Microsoft.AspNetCore.Connections;

namespace LogBroker.Server.Transports;

/// <summary>Accepts connections no faster than told; those not yet accepted wait in the kernel's queue.</summary>
/// <remarks>Used by Kestrel: one accept at a time; <see cref="UnbindAsync"/> ends a wait.</remarks>
internal sealed class PacedConnectionListener(IConnectionListener inner, string listener, AcceptPace pace) : IConnectionListener
{
    private readonly CancellationTokenSource _unbinding = new();

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await pace.NextAsync(listener, _unbinding.Token);
        }
        catch (OperationCanceledException) when (_unbinding.IsCancellationRequested)
        {
            return null;
        }

        return await inner.AcceptAsync(cancellationToken);
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbinding.CancelAsync();
        await inner.UnbindAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _unbinding.Dispose();
    }
}
