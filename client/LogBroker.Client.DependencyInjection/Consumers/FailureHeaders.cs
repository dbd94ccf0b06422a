namespace LogBroker.Client.DependencyInjection;

/// <summary>The headers of records in retry and dead-letter topics, after the record's own. Values are text. Those of the error are missing
/// where the record is too large with them.</summary>
public static class FailureHeaders
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "logbroker.failure.";

    /// <summary>How often the record was tried.</summary>
    public const string Attempts = Prefix + "attempts";

    /// <summary>When it is to be tried again, in milliseconds since 1970.</summary>
    public const string Due = Prefix + "due";

    /// <summary>The topic it was read from first.</summary>
    public const string Topic = Prefix + "topic";

    /// <summary>The partition it was read from first.</summary>
    public const string Partition = Prefix + "partition";

    /// <summary>Its offset there.</summary>
    public const string Offset = Prefix + "offset";

    /// <summary>Its time there, in milliseconds since 1970. The copy carries the time of the failure, so that retention does not take it
    /// at once.</summary>
    public const string Timestamp = Prefix + "timestamp";

    /// <summary>The group that failed on it.</summary>
    public const string Group = Prefix + "group";

    /// <summary>The full name of the last exception's type.</summary>
    public const string ErrorType = Prefix + "error.type";

    /// <summary>What the last exception said; at most 4,000 characters.</summary>
    public const string ErrorMessage = Prefix + "error.message";

    /// <summary>Where it came from; at most 4,000 characters.</summary>
    public const string ErrorStackTrace = Prefix + "error.stacktrace";
}
