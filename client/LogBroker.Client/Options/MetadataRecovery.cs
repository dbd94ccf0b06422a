namespace LogBroker.Client;

/// <summary>What a client does when none of the brokers it knows can be reached (KIP-899).</summary>
public enum MetadataRecovery
{
    /// <summary>It goes on trying those it knows.</summary>
    None,

    /// <summary>It asks the bootstrap servers again, as at its start.</summary>
    Rebootstrap,
}
