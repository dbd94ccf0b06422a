using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>Gives a batch to a handler of its own.</summary>
internal sealed class BatchHandlerCall<THandler, TKey, TValue>(IServiceScopeFactory scopes) : IHandlerCall<TKey, TValue>
    where THandler : class, IBatchHandler<TKey, TValue>
{
    public bool TakesBatches => true;

    public async ValueTask RunAsync(IReadOnlyList<ReceivedRecord<TKey, TValue>> records, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            THandler handler = scope.ServiceProvider.GetRequiredService<THandler>();
            await handler.HandleAsync(records, cancellationToken).ConfigureAwait(false);
        }
    }
}
