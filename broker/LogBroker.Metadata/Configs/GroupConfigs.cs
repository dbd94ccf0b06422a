namespace LogBroker.Metadata.Configs;

/// <summary>The settings of groups (KIP-848, KIP-932, KIP-1071); a group need not exist to have them.</summary>
public static class GroupConfigs
{
    public static ConfigSchema Schema { get; } = new(ConfigDefinitionFile.Load("group"));
}
