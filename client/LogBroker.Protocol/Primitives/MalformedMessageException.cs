using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Protocol.Primitives;

/// <summary>The bytes received are not what the protocol says they should be. The one exception readers throw; the
/// connection they came over is of no further use.</summary>
public sealed class MalformedMessageException(string message) : Exception(message)
{
    [DoesNotReturn]
    internal static void ThrowTruncated(int wanted, int left) =>
        throw new MalformedMessageException($"The message ends early: {wanted} more bytes wanted, {left} left.");

    [DoesNotReturn]
    internal static void ThrowVarInt() =>
        throw new MalformedMessageException("A variable-length integer is longer than its type allows.");

    [DoesNotReturn]
    internal static void ThrowLength(long length, int left) =>
        throw new MalformedMessageException($"A length or count of {length} cannot be: {left} bytes are left.");

    [DoesNotReturn]
    internal static void ThrowNull() => throw new MalformedMessageException("A null stands where none is allowed.");

    [DoesNotReturn]
    internal static void ThrowBudget() =>
        throw new MalformedMessageException("The message would take far more memory than it has bytes.");

    [DoesNotReturn]
    internal static void ThrowTagSize() =>
        throw new MalformedMessageException("A tagged field does not end where its size says.");

    [DoesNotReturn]
    internal static void ThrowTrailing(int left) =>
        throw new MalformedMessageException($"{left} bytes are left behind the end of the message.");
}
