using LogBroker.Protocol.Errors;

namespace LogBroker.Storage.Producers;

/// <summary>Whether a batch may be appended as far as its producer is concerned.</summary>
/// <param name="Error">None when it may, or when it is a duplicate.</param>
/// <param name="Message">Why it may not.</param>
/// <param name="Duplicate">The batch in the log that this one repeats.</param>
internal readonly record struct ProducerCheck(ErrorCode Error, string? Message, AppendedBatch? Duplicate)
{
    public static readonly ProducerCheck Passed = new(ErrorCode.None, null, null);

    public static ProducerCheck Failed(ErrorCode error, string message) => new(error, message, null);
}
