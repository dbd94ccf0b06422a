namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>What a section of the configuration may say about consumers: the names of <see cref="ConsumerOptions"/>.</summary>
internal class ConsumerSection
{
    public GroupProtocol? GroupProtocol { get; set; }
    public PartitionAssignor[]? Assignors { get; set; }
    public string? ServerAssignor { get; set; }
    public string? GroupInstanceId { get; set; }
    public string? ClientRack { get; set; }

    /// <summary>earliest, latest, none, or a duration to go back by.</summary>
    public string? OffsetReset { get; set; }
    public TimeSpan? AutoCommitInterval { get; set; }
    public IsolationLevel? IsolationLevel { get; set; }
    public TimeSpan? SessionTimeout { get; set; }
    public TimeSpan? HeartbeatInterval { get; set; }
    public TimeSpan? MaxPollInterval { get; set; }
    public TimeSpan? HandlerGracePeriod { get; set; }
    public int? FetchMinBytes { get; set; }
    public TimeSpan? FetchMaxWait { get; set; }
    public int? FetchMaxBytes { get; set; }
    public int? MaxPartitionFetchBytes { get; set; }
    public long? PrefetchBytesMax { get; set; }
    public bool? CheckCrcs { get; set; }
    public bool? AllowAutoCreateTopics { get; set; }
    public TimeSpan? CloseTimeout { get; set; }

    public ConsumerOptions ApplyTo(ConsumerOptions options) => options with
    {
        GroupProtocol = GroupProtocol ?? options.GroupProtocol,
        Assignors = Assignors ?? options.Assignors,
        ServerAssignor = ServerAssignor ?? options.ServerAssignor,
        GroupInstanceId = GroupInstanceId ?? options.GroupInstanceId,
        ClientRack = ClientRack ?? options.ClientRack,
        OffsetReset = OffsetReset is { } reset ? ParseReset(reset) : options.OffsetReset,
        AutoCommitInterval = AutoCommitInterval ?? options.AutoCommitInterval,
        IsolationLevel = IsolationLevel ?? options.IsolationLevel,
        SessionTimeout = SessionTimeout ?? options.SessionTimeout,
        HeartbeatInterval = HeartbeatInterval ?? options.HeartbeatInterval,
        MaxPollInterval = MaxPollInterval ?? options.MaxPollInterval,
        HandlerGracePeriod = HandlerGracePeriod ?? options.HandlerGracePeriod,
        FetchMinBytes = FetchMinBytes ?? options.FetchMinBytes,
        FetchMaxWait = FetchMaxWait ?? options.FetchMaxWait,
        FetchMaxBytes = FetchMaxBytes ?? options.FetchMaxBytes,
        MaxPartitionFetchBytes = MaxPartitionFetchBytes ?? options.MaxPartitionFetchBytes,
        PrefetchBytesMax = PrefetchBytesMax ?? options.PrefetchBytesMax,
        CheckCrcs = CheckCrcs ?? options.CheckCrcs,
        AllowAutoCreateTopics = AllowAutoCreateTopics ?? options.AllowAutoCreateTopics,
        CloseTimeout = CloseTimeout ?? options.CloseTimeout,
    };

    private static OffsetReset ParseReset(string text) => text.ToUpperInvariant() switch
    {
        "EARLIEST" => Client.OffsetReset.Earliest,
        "LATEST" => Client.OffsetReset.Latest,
        "NONE" => Client.OffsetReset.None,
        _ when TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out TimeSpan duration)
            && duration >= TimeSpan.Zero => Client.OffsetReset.ByDuration(duration),
        _ => throw new ClientOptionsException(
            $"OffsetReset is \"{text}\": write earliest, latest, none, or how far back, as in \"1.00:00:00\"."),
    };
}
