namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>Gives records to the application's handler, in a scope of their own.</summary>
internal interface IHandlerCall<TKey, TValue>
{
    /// <summary>Whether it takes more than one record.</summary>
    bool TakesBatches { get; }

    /// <summary>Completes when they are handled.</summary>
    /// <exception cref="BatchFailureException">Some are not; any other exception: none is.</exception>
    ValueTask RunAsync(IReadOnlyList<ReceivedRecord<TKey, TValue>> records, CancellationToken cancellationToken);
}
