using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>Gives records to the application's handler, which is made in a scope of their own.</summary>
/// <param name="scopes">Where handlers come from.</param>
/// <param name="takesBatches">Whether the handler takes more than one record.</param>
/// <param name="handle">Has the scope's handler handle records.</param>
internal sealed class HandlerCall<TKey, TValue>(
    IServiceScopeFactory scopes,
    bool takesBatches,
    Func<IServiceProvider, IReadOnlyList<ReceivedRecord<TKey, TValue>>, CancellationToken, ValueTask> handle)
{
    public bool TakesBatches => takesBatches;

    /// <summary>Completes when they are handled.</summary>
    /// <exception cref="BatchFailureException">Some are not; any other exception: none is.</exception>
    public async ValueTask RunAsync(IReadOnlyList<ReceivedRecord<TKey, TValue>> records, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await handle(scope.ServiceProvider, records, cancellationToken).ConfigureAwait(false);
        }
    }
}
