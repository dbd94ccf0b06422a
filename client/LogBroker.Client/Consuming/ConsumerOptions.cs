using LogBroker.Client.Options;

namespace LogBroker.Client;

/// <summary>How a consumer reads. The defaults are Apache Kafka's where it has the setting, unless told otherwise.</summary>
public sealed record ConsumerOptions
{
    private const int SmallestPrefetchBytes = 64 * 1024;

    /// <summary>How the group agrees on who reads what (<c>group.protocol</c>). Default <see cref="GroupProtocol.Auto"/>.</summary>
    public GroupProtocol GroupProtocol { get; init; }

    /// <summary>What a classic group may hand out partitions by, the preferred first
    /// (<c>partition.assignment.strategy</c>). Default null: range, with cooperative-sticky offered too, as in Kafka. Naming any chooses
    /// the classic protocol, unless <see cref="GroupProtocol"/> says otherwise. All members need one in common.</summary>
    public IReadOnlyList<PartitionAssignor>? Assignors { get; init; }

    /// <summary>What the broker hands out partitions by under KIP-848, <c>uniform</c> or <c>range</c>
    /// (<c>group.remote.assignor</c>). Default null: the broker's choice.</summary>
    public string? ServerAssignor { get; init; }

    /// <summary>A name of this member that outlives a restart (<c>group.instance.id</c>, KIP-345): coming back within
    /// <see cref="SessionTimeout"/> it gets its partitions again without a rebalance. Default null.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>The rack this consumer stands in (<c>client.rack</c>): brokers let it read from a replica there (KIP-392). Default
    /// null.</summary>
    public string? ClientRack { get; init; }

    /// <summary>Where reading starts without a committed offset (<c>auto.offset.reset</c>). Default
    /// <see cref="OffsetReset.Latest"/>.</summary>
    public OffsetReset OffsetReset { get; init; } = OffsetReset.Latest;

    /// <summary>Whether what is done is committed by itself, every <see cref="AutoCommitInterval"/>, before partitions are given up and at
    /// the end (<c>enable.auto.commit</c>). A record is done when the next one is asked for. Default true.</summary>
    public bool AutoCommit { get; init; } = true;

    /// <summary>How often (<c>auto.commit.interval.ms</c>). Default 5 s.</summary>
    public TimeSpan AutoCommitInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Which records of transactions are read (<c>isolation.level</c>). Default
    /// <see cref="IsolationLevel.ReadCommitted"/>, unlike Kafka's Java client: what was aborted is hardly ever wanted.</summary>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.ReadCommitted;

    /// <summary>After so long without a heartbeat a classic group goes on without this member (<c>session.timeout.ms</c>). Default
    /// 45 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often a classic group's member is heard (<c>heartbeat.interval.ms</c>). Default 3 s; under KIP-848 the broker
    /// says.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest a record, or a batch, may be worked on, by any one handler or before the next is asked for (<c>max.poll.interval.ms</c>); a
    /// consumer that is busy for longer leaves its group, and joins again when it comes back. Default 5 minutes.</summary>
    public TimeSpan MaxPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long handlers (<see cref="Consumer{TKey, TValue}.ProcessAsync"/>) may go on with records of partitions that go to others,
    /// before their token is cancelled; at most half of <see cref="MaxPollInterval"/>, by which the group goes on without waiting. Default
    /// 10 s.</summary>
    public TimeSpan HandlerGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A fetch is answered when so much is there (<c>fetch.min.bytes</c>). Default 1.</summary>
    public int FetchMinBytes { get; init; } = 1;

    /// <summary>The longest a fetch waits for that (<c>fetch.max.wait.ms</c>). Default 500 ms.</summary>
    public TimeSpan FetchMaxWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most one fetch brings, but for a single larger batch (<c>fetch.max.bytes</c>). Default 8 MiB: enough that asking
    /// costs nothing, and little enough that several fit into <see cref="PrefetchBytesMax"/>.</summary>
    public int FetchMaxBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The most one fetch brings of a partition (<c>max.partition.fetch.bytes</c>). Default 1 MiB.</summary>
    public int MaxPartitionFetchBytes { get; init; } = 1024 * 1024;

    /// <summary>The memory for what was fetched and not read yet, and for fetching, over all partitions. Default 64 MiB, as librdkafka's
    /// <c>queued.max.messages.kbytes</c>. Partitions that are not read do not keep the others from it.</summary>
    public long PrefetchBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Whether batches are held against their checksum (<c>check.crcs</c>). Default true.</summary>
    public bool CheckCrcs { get; init; } = true;

    /// <summary>Whether topics that are subscribed to may be created by the broker (<c>allow.auto.create.topics</c>). Default false,
    /// unlike Kafka: a misspelt name should not become a topic.</summary>
    public bool AllowAutoCreateTopics { get; init; }

    /// <summary>How long closing may take, with the last commit and leaving the group. Default 10 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Is told what the consumer gets and gives up. Default null.</summary>
    public IRebalanceListener? RebalanceListener { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ClientOptionsException">One cannot be worked with.</exception>
    public void Validate()
    {
        OptionCheck.Positive(AutoCommitInterval, nameof(AutoCommitInterval));
        OptionCheck.Positive(SessionTimeout, nameof(SessionTimeout));
        OptionCheck.Positive(HeartbeatInterval, nameof(HeartbeatInterval));
        OptionCheck.Require(
            HeartbeatInterval < SessionTimeout,
            $"HeartbeatInterval is {HeartbeatInterval}: it must be shorter than SessionTimeout, {SessionTimeout}; a third is usual.");
        OptionCheck.Positive(MaxPollInterval, nameof(MaxPollInterval));
        OptionCheck.NotNegative(HandlerGracePeriod, nameof(HandlerGracePeriod));
        OptionCheck.InRange(FetchMinBytes, 0, int.MaxValue, nameof(FetchMinBytes));
        OptionCheck.NotNegative(FetchMaxWait, nameof(FetchMaxWait));
        OptionCheck.InRange(FetchMaxBytes, 1024, int.MaxValue, nameof(FetchMaxBytes));
        OptionCheck.InRange(MaxPartitionFetchBytes, 1024, int.MaxValue, nameof(MaxPartitionFetchBytes));
        OptionCheck.InRange(PrefetchBytesMax, SmallestPrefetchBytes, long.MaxValue, nameof(PrefetchBytesMax));
        OptionCheck.Positive(CloseTimeout, nameof(CloseTimeout));
        OptionCheck.Require(Assignors is not { Count: 0 }, "Assignors is empty: name at least one, or leave it null for the default.");
        OptionCheck.Require(
            GroupProtocol != GroupProtocol.Consumer || Assignors is null,
            "Assignors are of the classic protocol, and GroupProtocol is Consumer: set ServerAssignor instead.");
        OptionCheck.Require(GroupInstanceId is not "", "GroupInstanceId is empty: give a name, or null for a dynamic member.");
    }
}
