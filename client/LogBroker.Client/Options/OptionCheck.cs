using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Client.Options;

/// <summary>What the <c>Validate</c> methods of options are made of.</summary>
internal static class OptionCheck
{
    /// <exception cref="ClientOptionsException">With <paramref name="message"/>, unless it holds.</exception>
    public static void Require([DoesNotReturnIf(false)] bool holds, string message)
    {
        if (!holds) throw new ClientOptionsException(message);
    }

    /// <exception cref="ClientOptionsException">It is zero or less.</exception>
    public static void Positive(TimeSpan value, string option) =>
        Require(value > TimeSpan.Zero, $"{option} is {value}: it must be longer than zero.");

    /// <exception cref="ClientOptionsException">It is less than zero.</exception>
    public static void NotNegative(TimeSpan value, string option) =>
        Require(value >= TimeSpan.Zero, $"{option} is {value}: it must not be negative.");

    /// <exception cref="ClientOptionsException">It is negative, or longer than its bound.</exception>
    public static void AtMost(TimeSpan value, TimeSpan max, string option)
    {
        NotNegative(value, option);
        Require(value <= max, $"{option} is {value}, longer than {option}Max, {max}: raise the bound or lower it.");
    }

    /// <exception cref="ClientOptionsException">It is outside of the range.</exception>
    public static void InRange(long value, long min, long max, string option) =>
        Require(value >= min && value <= max, $"{option} is {value}: it must be from {min} to {max}.");
}
