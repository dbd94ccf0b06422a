using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Protocol.Records;

/// <summary>The records of a batch are not what its header says, or not records at all. The one exception that reading
/// records throws; on the wire it is <see cref="Errors.ErrorCode.InvalidRecord"/>.</summary>
public sealed class InvalidRecordException(string message) : Exception(message)
{
    [DoesNotReturn]
    internal static void Throw(string message) => throw new InvalidRecordException(message);

    [DoesNotReturn]
    internal static void ThrowRecordTooLong(int length, int remaining) =>
        throw new InvalidRecordException($"A record of {length} bytes does not fit in the {remaining} bytes left.");

    [DoesNotReturn]
    internal static void ThrowFieldTooLong(int length, int remaining) =>
        throw new InvalidRecordException($"A field of {length} bytes does not fit in the {remaining} bytes left.");

    [DoesNotReturn]
    internal static void ThrowHeaderCount(int count) =>
        throw new InvalidRecordException($"A record cannot have {count} headers.");

    [DoesNotReturn]
    internal static void ThrowTrailingBytes(int count) =>
        throw new InvalidRecordException($"{count} bytes are left behind the last declared record.");

    [DoesNotReturn]
    internal static void ThrowRecordCount(int count) =>
        throw new InvalidRecordException($"A batch cannot have {count} records.");
}
