namespace LogBroker.Client;

/// <summary>The type of keys that are not there: <c>Producer&lt;Null, string&gt;</c> writes records without a key, and a consumer of
/// it does not look at keys at all.</summary>
public readonly record struct Null
{
    /// <summary>Its only value.</summary>
    public static readonly Null Value;
}
