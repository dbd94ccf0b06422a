using System.Globalization;

namespace LogBroker.AdminCli.Output;

/// <summary>Numbers of things as people read them.</summary>
internal static class CountText
{
    /// <summary>"1 record", "2 records".</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">What they are, one of them.</param>
    public static string Of(long count, string noun) => Of(count, noun, $"{noun}s");

    /// <summary>"1 batch", "2 batches".</summary>
    public static string Of(long count, string one, string several) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : several)}");

    /// <summary>"topic a", "2 topics (a, b)".</summary>
    /// <param name="names">What they are called.</param>
    /// <param name="noun">What they are, one of them.</param>
    public static string Named(IReadOnlyList<string> names, string noun) =>
        names.Count == 1 ? $"{noun} {names[0]}" : $"{Of(names.Count, noun)} ({string.Join(", ", names)})";
}
