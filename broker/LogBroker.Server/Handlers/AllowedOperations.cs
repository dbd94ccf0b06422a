namespace LogBroker.Server.Handlers;

/// <summary>What a client may do, as a mask of 1 &lt;&lt; operation code: everything, while nothing authorizes (KIP-430).</summary>
internal static class AllowedOperations
{
    /// <summary>The client did not ask.</summary>
    public const int NotAsked = int.MinValue;

    /// <summary>Read, write, create, delete, alter, describe, describe configs, alter configs.</summary>
    public const int OfTopic = (1 << Read) | (1 << Write) | (1 << Create) | (1 << Delete) | (1 << Alter) | (1 << Describe)
        | (1 << DescribeConfigs) | (1 << AlterConfigs);

    /// <summary>Create, alter, describe, cluster action, describe configs, alter configs, idempotent write.</summary>
    public const int OfCluster = (1 << Create) | (1 << Alter) | (1 << Describe) | (1 << ClusterAction)
        | (1 << DescribeConfigs) | (1 << AlterConfigs) | (1 << IdempotentWrite);

    /// <summary>Read, delete, describe, describe configs, alter configs.</summary>
    public const int OfGroup = (1 << Read) | (1 << Delete) | (1 << Describe) | (1 << DescribeConfigs) | (1 << AlterConfigs);

    private const int Read = 3;
    private const int Write = 4;
    private const int Create = 5;
    private const int Delete = 6;
    private const int Alter = 7;
    private const int Describe = 8;
    private const int ClusterAction = 9;
    private const int DescribeConfigs = 10;
    private const int AlterConfigs = 11;
    private const int IdempotentWrite = 12;
}
