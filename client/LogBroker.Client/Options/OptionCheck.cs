using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Client.Options;

/// <summary>What the <c>Validate</c> methods of options are made of.</summary>
internal static class OptionCheck
{
    /// <summary>The longest time that an <c>int</c> of milliseconds holds, as Kafka's settings and the protocol have them: 24 days.
    /// </summary>
    public static readonly TimeSpan DurationMax = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <exception cref="ClientOptionsException">With <paramref name="message"/>, unless it holds.</exception>
    public static void Require([DoesNotReturnIf(false)] bool holds, string message)
    {
        if (!holds) throw new ClientOptionsException(message);
    }

    /// <exception cref="ClientOptionsException">It is zero or less, or too long.</exception>
    public static void Positive(TimeSpan value, string option)
    {
        Require(value > TimeSpan.Zero, $"{option} is {value}: it must be longer than zero.");
        Require(value <= DurationMax, $"{option} is {value}: it must be at most {DurationMax}.");
    }

    /// <exception cref="ClientOptionsException">It is less than zero, or too long.</exception>
    public static void NotNegative(TimeSpan value, string option)
    {
        Require(value >= TimeSpan.Zero, $"{option} is {value}: it must not be negative.");
        Require(value <= DurationMax, $"{option} is {value}: it must be at most {DurationMax}.");
    }

    /// <exception cref="ClientOptionsException">It is negative, or longer than its bound.</exception>
    public static void AtMost(TimeSpan value, TimeSpan max, string option)
    {
        NotNegative(value, option);
        NotNegative(max, $"{option}Max");
        Require(value <= max, $"{option} is {value}, longer than {option}Max, {max}: raise the bound or lower it.");
    }

    /// <exception cref="ClientOptionsException">It is outside of the range.</exception>
    public static void InRange(long value, long min, long max, string option) =>
        Require(value >= min && value <= max, $"{option} is {value}: it must be from {min} to {max}.");
}
