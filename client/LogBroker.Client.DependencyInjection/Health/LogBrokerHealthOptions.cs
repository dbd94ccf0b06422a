namespace LogBroker.Client.DependencyInjection;

/// <summary>When a host counts as healthy and ready.</summary>
public sealed class LogBrokerHealthOptions
{
    /// <summary>A hosted consumer with more records than this before it is degraded. Default 10,000; null does not judge.</summary>
    public long? LagMax { get; set; } = 10_000;

    /// <summary>How long a broker may take to answer. Default 5 s.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a handler may work on one record before it counts as stuck and liveness fails, since only a restart helps
    /// against that. Default 30 minutes; null does not judge.</summary>
    public TimeSpan? HandlerTimeMax { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a hosted consumer that started may be without partitions before a member of the group counts as a spare, which is
    /// ready: a group may have more members than partitions. It is also how long a partition may be without anything read of it. Default
    /// 30 s.</summary>
    public TimeSpan AssignmentPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The tags of the check of liveness. Default <c>live</c>.</summary>
    public IReadOnlyList<string> LivenessTags { get; set; } = ["live"];

    /// <summary>The tags of the check of readiness. Default <c>ready</c>.</summary>
    public IReadOnlyList<string> ReadinessTags { get; set; } = ["ready"];
}
