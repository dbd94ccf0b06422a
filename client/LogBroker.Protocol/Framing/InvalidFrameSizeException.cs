using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Protocol.Framing;

/// <summary>A frame announces a size below zero or above the limit; the connection is of no further use.</summary>
public sealed class InvalidFrameSizeException(int size, int bytesMax)
    : Exception($"A frame announces {size} bytes; between 0 and {bytesMax} are taken.")
{
    [DoesNotReturn]
    internal static void Throw(int size, int bytesMax) => throw new InvalidFrameSizeException(size, bytesMax);
}
