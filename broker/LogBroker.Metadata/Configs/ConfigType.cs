namespace LogBroker.Metadata.Configs;

/// <summary>The type of a setting's value, as DescribeConfigs answers it (v3 and later).</summary>
public enum ConfigType : sbyte
{
    Unknown = 0,
    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
    Class = 8,

    /// <summary>A secret: never shown.</summary>
    Password = 9,
}
