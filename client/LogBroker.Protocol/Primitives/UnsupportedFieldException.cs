using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Protocol.Primitives;

/// <summary>A message holds a value that the version it is written in cannot carry: a field the version lacks and that
/// may not be dropped, a null it does not allow, or a string too long. A mistake of the caller, found before
/// sending.</summary>
public sealed class UnsupportedFieldException(string message) : Exception(message)
{
    [DoesNotReturn]
    internal static void ThrowAbsent(string field, short version) =>
        throw new UnsupportedFieldException($"{field} is set, but version {version} does not carry it.");

    [DoesNotReturn]
    internal static void ThrowStringLength(int bytes) =>
        throw new UnsupportedFieldException($"A string of {bytes} bytes is longer than the protocol's 32767.");

    internal static T Require<T>(T? value, string field, short version) where T : class
    {
        if (value is null) ThrowNull(field, version);
        return value;
    }

    internal static ImmutableArray<T> Require<T>(ImmutableArray<T>? value, string field, short version)
    {
        if (value is not { } items) ThrowNull(field, version);
        else return items;
        return default;
    }

    [DoesNotReturn]
    private static void ThrowNull(string field, short version) =>
        throw new UnsupportedFieldException($"{field} is null, which version {version} does not allow.");
}
