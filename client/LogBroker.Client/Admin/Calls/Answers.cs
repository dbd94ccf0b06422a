using LogBroker.Client.Errors;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Admin.Calls;

/// <summary>Shorthand for what many calls do with what they are answered.</summary>
internal static class Answers
{
    private static readonly long TimeMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>An item's value, or its error as an exception.</summary>
    public static ItemAnswer<TKey, TValue> Of<TKey, TValue>(
        TKey key, ErrorCode error, string? message, string what, Func<TValue> value) => error == ErrorCode.None
        ? new ItemAnswer<TKey, TValue>(key, value())
        : new ItemAnswer<TKey, TValue>(key, default, error.ToException($"{what} {key}", message));

    /// <summary>The same for calls that give nothing but success.</summary>
    public static ItemAnswer<TKey, bool> Of<TKey>(TKey key, ErrorCode error, string? message, string what) =>
        Of(key, error, message, what, () => true);

    /// <summary>Throws what failed.</summary>
    public static async Task AllAsync<TKey, TValue>(this Task<AdminResults<TKey, TValue>> results)
        where TKey : notnull => (await results.ConfigureAwait(false)).ThrowIfAnyFailed();

    /// <summary>The value of the one item that was asked about.</summary>
    public static async Task<TValue> OnlyAsync<TKey, TValue>(this Task<AdminResults<TKey, TValue>> results)
        where TKey : notnull
    {
        var all = await results.ConfigureAwait(false);
        all.ThrowIfAnyFailed();
        return all.Values.Values.Single();
    }

    /// <summary>A time of the protocol; null where it is negative, and the last moment of the year 9999 where it is later: records have such
    /// times.</summary>
    public static DateTimeOffset? ToTime(long milliseconds) =>
        milliseconds < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, TimeMax));
}
