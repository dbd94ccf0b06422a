namespace LogBroker.ClientLoad;

/// <summary>A producer under load, as its own users would call it, with its default settings.</summary>
internal interface IProduceClient : IAsyncDisposable
{
    /// <summary>Hands over a record and does not wait for its delivery.</summary>
    ValueTask EnqueueAsync(string topic, byte[] value);

    /// <summary>Writes a record and waits until it is delivered.</summary>
    ValueTask ProduceAsync(string topic, byte[] value);

    /// <summary>Waits until everything handed over is delivered.</summary>
    Task FlushAsync();
}
