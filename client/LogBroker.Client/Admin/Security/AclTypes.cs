namespace LogBroker.Client;

/// <summary>What a right is about; the values are the protocol's.</summary>
public enum AclResourceType
{
    /// <summary>A kind this client does not know.</summary>
    Unknown = 0,

    /// <summary>Any kind; only in filters.</summary>
    Any = 1,

    /// <summary>A topic.</summary>
    Topic = 2,

    /// <summary>A group.</summary>
    Group = 3,

    /// <summary>The cluster; its name is <c>kafka-cluster</c>.</summary>
    Cluster = 4,

    /// <summary>A transactional id.</summary>
    TransactionalId = 5,

    /// <summary>A delegation token.</summary>
    DelegationToken = 6,

    /// <summary>A user.</summary>
    User = 7,
}

/// <summary>How a right's name is meant; the values are the protocol's.</summary>
public enum AclPatternType
{
    /// <summary>A kind this client does not know.</summary>
    Unknown = 0,

    /// <summary>Any kind; only in filters.</summary>
    Any = 1,

    /// <summary>Every pattern that matches the name; only in filters.</summary>
    Match = 2,

    /// <summary>This name; <c>*</c> is every name.</summary>
    Literal = 3,

    /// <summary>Names that begin so (KIP-290).</summary>
    Prefixed = 4,
}

/// <summary>What a right lets do; the values are the protocol's.</summary>
public enum AclOperation
{
    /// <summary>Something this client does not know.</summary>
    Unknown = 0,

    /// <summary>Anything; only in filters.</summary>
    Any = 1,

    /// <summary>Everything.</summary>
    All = 2,

    /// <summary>Read records; join a group.</summary>
    Read = 3,

    /// <summary>Write records.</summary>
    Write = 4,

    /// <summary>Create it.</summary>
    Create = 5,

    /// <summary>Delete it.</summary>
    Delete = 6,

    /// <summary>Change it.</summary>
    Alter = 7,

    /// <summary>See that it is there.</summary>
    Describe = 8,

    /// <summary>What brokers do among themselves.</summary>
    ClusterAction = 9,

    /// <summary>See its settings.</summary>
    DescribeConfigs = 10,

    /// <summary>Change its settings.</summary>
    AlterConfigs = 11,

    /// <summary>Write idempotently.</summary>
    IdempotentWrite = 12,

    /// <summary>Make delegation tokens for it.</summary>
    CreateTokens = 13,

    /// <summary>See its delegation tokens.</summary>
    DescribeTokens = 14,

    /// <summary>Take part in two-phase commit (KIP-939).</summary>
    TwoPhaseCommit = 15,
}

/// <summary>Whether a right is given or denied; the values are the protocol's.</summary>
public enum AclPermission
{
    /// <summary>A kind this client does not know.</summary>
    Unknown = 0,

    /// <summary>Either; only in filters.</summary>
    Any = 1,

    /// <summary>It is denied, whatever else is given.</summary>
    Deny = 2,

    /// <summary>It is given.</summary>
    Allow = 3,
}

/// <summary>One right.</summary>
/// <param name="ResourceType">What it is about.</param>
/// <param name="ResourceName">Its name.</param>
/// <param name="Principal">Whose right it is: <c>User:alice</c>; <c>User:*</c> is everybody's.</param>
/// <param name="Operation">What it lets do.</param>
public sealed record AclBinding(AclResourceType ResourceType, string ResourceName, string Principal, AclOperation Operation)
{
    /// <summary>How the name is meant. Default: as it stands.</summary>
    public AclPatternType PatternType { get; init; } = AclPatternType.Literal;

    /// <summary>From which host; <c>*</c>, the default, is any.</summary>
    public string Host { get; init; } = "*";

    /// <summary>Whether it is given, the default, or denied.</summary>
    public AclPermission Permission { get; init; } = AclPermission.Allow;
}

/// <summary>Which rights are meant; what is not set fits all.</summary>
public sealed record AclFilter
{
    /// <summary>What they are about.</summary>
    public AclResourceType ResourceType { get; init; } = AclResourceType.Any;

    /// <summary>Its name.</summary>
    public string? ResourceName { get; init; }

    /// <summary>How the name is meant.</summary>
    public AclPatternType PatternType { get; init; } = AclPatternType.Any;

    /// <summary>Whose rights they are.</summary>
    public string? Principal { get; init; }

    /// <summary>From which host.</summary>
    public string? Host { get; init; }

    /// <summary>What they let do.</summary>
    public AclOperation Operation { get; init; } = AclOperation.Any;

    /// <summary>Whether they are given or denied.</summary>
    public AclPermission Permission { get; init; } = AclPermission.Any;
}

/// <summary>Operations as brokers tell them: a bit for each.</summary>
internal static class AclOperations
{
    /// <returns>Null when the broker was not asked.</returns>
    public static IReadOnlySet<AclOperation>? FromBits(int bits) => bits == int.MinValue
        ? null
        : Enum.GetValues<AclOperation>().Where(operation => (bits & (1 << (int)operation)) != 0).ToHashSet();
}
