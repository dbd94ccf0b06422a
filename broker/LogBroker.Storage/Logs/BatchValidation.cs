using System.Collections.Immutable;
using LogBroker.Protocol.Errors;

namespace LogBroker.Storage.Logs;

/// <summary>What <see cref="BatchValidator"/> found about a batch to be appended.</summary>
/// <param name="Error">None when it may be appended.</param>
/// <param name="Message">Why not.</param>
/// <param name="RecordErrors">The records at fault, when it was single ones.</param>
/// <param name="SizeInBytes">The size of the batch; what follows it is cut off.</param>
/// <param name="MaxTimestamp">The latest timestamp, in milliseconds, as it must stand in the header.</param>
/// <param name="NeedsRebuild">Whether the batch must be written anew: another codec is asked for, or its inner offsets do
/// not count up from 0.</param>
internal readonly record struct BatchValidation(
    ErrorCode Error,
    string? Message,
    ImmutableArray<RecordError> RecordErrors,
    int SizeInBytes,
    long MaxTimestamp,
    bool NeedsRebuild)
{
    public static BatchValidation Failed(ErrorCode error, string message) => new(error, message, [], 0, -1, false);

    public static BatchValidation Passed(int sizeInBytes, long maxTimestamp, bool needsRebuild) =>
        new(ErrorCode.None, null, [], sizeInBytes, maxTimestamp, needsRebuild);
}
