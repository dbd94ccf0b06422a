namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>What a section may say about one hosted consumer: the names of <see cref="HandlingOptions"/> beside those of its
/// consumer.</summary>
internal sealed class HostedConsumerSection : ConsumerSection
{
    public string[]? Topics { get; set; }
    public int? Parallelism { get; set; }
    public ProcessingOrder? Order { get; set; }
    public int? BatchRecordsMax { get; set; }
    public TimeSpan? BatchWait { get; set; }
    public TimeSpan[]? RetryInPlace { get; set; }
    public TimeSpan[]? RetryLater { get; set; }
    public FailedRecord? Exhausted { get; set; }
    public string? FailureTopicPrefix { get; set; }
    public bool? CreatesTopics { get; set; }
    public TimeSpan? RestartDelay { get; set; }
    public TimeSpan? RestartDelayMax { get; set; }

    public HandlingOptions ApplyTo(HandlingOptions options) => options with
    {
        Topics = Topics ?? options.Topics,
        Parallelism = Parallelism ?? options.Parallelism,
        Order = Order ?? options.Order,
        BatchRecordsMax = BatchRecordsMax ?? options.BatchRecordsMax,
        BatchWait = BatchWait ?? options.BatchWait,
        RetryInPlace = RetryInPlace ?? options.RetryInPlace,
        RetryLater = RetryLater ?? options.RetryLater,
        Exhausted = Exhausted ?? options.Exhausted,
        FailureTopicPrefix = FailureTopicPrefix ?? options.FailureTopicPrefix,
        CreatesTopics = CreatesTopics ?? options.CreatesTopics,
        RestartDelay = RestartDelay ?? options.RestartDelay,
        RestartDelayMax = RestartDelayMax ?? options.RestartDelayMax,
    };
}
