namespace LogBroker.Metadata;

/// <summary>What may be the name of a topic, with Kafka's words for what may not. A valid name is safe as the name of a
/// folder.</summary>
public static class TopicNames
{
    public const int LengthMax = 249;

    /// <summary>Where Kafka keeps its own metadata; may not be created.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    public const string ConsumerOffsets = "__consumer_offsets";

    public const string TransactionState = "__transaction_state";

    public const string ShareGroupState = "__share_group_state";

    /// <summary>Kafka's message why the name is not valid; null if it is.</summary>
    public static string? Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0) return "Topic name is invalid: the empty string is not allowed";
        if (name is "." or "..") return $"Topic name is invalid: '{name}' is not allowed";
        if (name.Length > LengthMax)
            return $"Topic name is invalid: the length of '{name}' is longer than the max allowed length {LengthMax}";
        return name.All(IsLegal)
            ? null
            : $"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
    }

    /// <summary>Whether brokers keep their own state in the topic.</summary>
    public static bool IsInternal(string name) => name is ConsumerOffsets or TransactionState or ShareGroupState;

    /// <summary>The name as metrics show it: two topics with the same one collide.</summary>
    internal static string MetricName(string name) => name.Replace('.', '_');

    private static bool IsLegal(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';
}
