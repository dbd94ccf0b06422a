using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Connections;

namespace LogBroker.Client;

/// <summary>Administers a cluster. What belongs together is in one place: <c>admin.Topics.CreateAsync(...)</c>,
/// <c>admin.Groups.ListAsync()</c>.</summary>
/// <remarks>
/// Any thread. Owned by its <see cref="LogBrokerClient"/>. Every call retries what may pass, such as a coordinator that is loading,
/// until <see cref="ClientOptions.ApiTimeout"/> is over. Calls about several items that give nothing back throw when one of them
/// fails; those that give something back return <see cref="AdminResults{TKey, TValue}"/>, with a value or a failure for each.
/// </remarks>
public sealed class AdminClient
{
    internal AdminClient(Cluster cluster)
    {
        var calls = new AdminCalls(cluster);
        var items = new ItemCalls(calls);
        Topics = new TopicAdmin(calls, items);
        Partitions = new PartitionAdmin(calls, items);
        Configs = new ConfigAdmin(calls, items);
        Groups = new GroupAdmin(calls, items);
        GroupOffsets = new GroupOffsetAdmin(calls);
        ShareGroups = new ShareGroupAdmin(calls, items);
        StreamsGroups = new StreamsGroupAdmin(calls, items);
        Cluster = new ClusterAdmin(calls);
        LogDirectories = new LogDirectoryAdmin(calls);
        Acls = new AclAdmin(calls);
        Quotas = new QuotaAdmin(calls);
        ScramUsers = new ScramUserAdmin(calls);
        DelegationTokens = new DelegationTokenAdmin(calls);
        Transactions = new TransactionAdmin(calls, items);
    }

    /// <summary>Topics: create, delete, list, describe, add partitions.</summary>
    public TopicAdmin Topics { get; }

    /// <summary>Partitions: offsets, records, leaders, replicas, producers.</summary>
    public PartitionAdmin Partitions { get; }

    /// <summary>Settings of topics, brokers, groups and client metrics.</summary>
    public ConfigAdmin Configs { get; }

    /// <summary>Groups of every kind: list and delete; consumer groups of both protocols: describe, remove members.</summary>
    public GroupAdmin Groups { get; }

    /// <summary>What consumer groups have committed: list, alter, delete.</summary>
    public GroupOffsetAdmin GroupOffsets { get; }

    /// <summary>Share groups (KIP-932): describe, and their offsets.</summary>
    public ShareGroupAdmin ShareGroups { get; }

    /// <summary>Groups of applications that process streams (KIP-1071): describe.</summary>
    public StreamsGroupAdmin StreamsGroups { get; }

    /// <summary>The cluster: brokers, features, quorum.</summary>
    public ClusterAdmin Cluster { get; }

    /// <summary>Where brokers keep partitions, and how large they are.</summary>
    public LogDirectoryAdmin LogDirectories { get; }

    /// <summary>Who may do what.</summary>
    public AclAdmin Acls { get; }

    /// <summary>How much clients may take.</summary>
    public QuotaAdmin Quotas { get; }

    /// <summary>Users that authenticate by SCRAM.</summary>
    public ScramUserAdmin ScramUsers { get; }

    /// <summary>Tokens that stand for a user (KIP-48).</summary>
    public DelegationTokenAdmin DelegationTokens { get; }

    /// <summary>Transactions: list, describe, abort, fence.</summary>
    public TransactionAdmin Transactions { get; }
}
