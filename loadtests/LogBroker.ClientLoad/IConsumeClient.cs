namespace LogBroker.ClientLoad;

/// <summary>A consumer under load, as its own users would call it, with its default settings.</summary>
internal interface IConsumeClient : IAsyncDisposable
{
    /// <summary>Reads so many records from the start of all the topic's partitions.</summary>
    /// <returns>The bytes of their values.</returns>
    Task<long> ReadAsync(string topic, int partitions, long records);
}
