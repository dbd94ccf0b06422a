using System.Runtime.CompilerServices;

namespace LogBroker.Protocol;

/// <summary>A range of versions of an API or message, both ends inclusive.</summary>
public readonly record struct VersionRange(short Min, short Max)
{
    public bool Contains(short version) => version >= Min && version <= Max;

    /// <summary>Refuses a version outside the range: whoever speaks a version negotiates it first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message has no such version.</exception>
    public void Require(short version, string message, [CallerArgumentExpression(nameof(version))] string? name = null)
    {
        if (!Contains(version)) throw new ArgumentOutOfRangeException(name, version, $"{message} has versions {this}.");
    }

    public override string ToString() => Min == Max ? $"{Min}" : $"{Min}-{Max}";
}
