using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>Gives one record to a handler of its own.</summary>
internal sealed class RecordHandlerCall<THandler, TKey, TValue>(IServiceScopeFactory scopes) : IHandlerCall<TKey, TValue>
    where THandler : class, IRecordHandler<TKey, TValue>
{
    public bool TakesBatches => false;

    public async ValueTask RunAsync(IReadOnlyList<ReceivedRecord<TKey, TValue>> records, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            THandler handler = scope.ServiceProvider.GetRequiredService<THandler>();
            await handler.HandleAsync(records[0], cancellationToken).ConfigureAwait(false);
        }
    }
}
