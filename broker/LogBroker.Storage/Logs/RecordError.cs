namespace LogBroker.Storage.Logs;

/// <summary>A record for which its batch was refused.</summary>
/// <param name="BatchIndex">Its number in the batch, from 0.</param>
/// <param name="Message">Why, in Apache Kafka's words.</param>
public sealed record RecordError(int BatchIndex, string Message);
