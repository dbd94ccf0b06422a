namespace LogBroker.Metadata.Configs;

/// <summary>What IncrementalAlterConfigs does to one setting, numbered as in the protocol (KIP-339).</summary>
public enum AlterConfigOperationType : sbyte
{
    Set = 0,

    /// <summary>Back to what is in force without it.</summary>
    Delete = 1,

    /// <summary>Adds to a list what is not in it.</summary>
    Append = 2,

    /// <summary>Takes out of a list what is in it.</summary>
    Subtract = 3,
}

/// <summary>One step of an alteration.</summary>
public readonly record struct AlterConfigOperation(string Name, AlterConfigOperationType Type, string? Value);
