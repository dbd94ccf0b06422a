namespace LogBroker.Metadata.Configs;

/// <summary>How a setting may be changed.</summary>
public enum ConfigUpdateMode
{
    /// <summary>Only before a broker starts.</summary>
    ReadOnly,

    /// <summary>On a running broker, for one broker.</summary>
    PerBroker,

    /// <summary>On a running broker, for one listener of one broker (<c>listener.name.NAME.KEY</c>).</summary>
    PerListener,

    /// <summary>On running brokers, for one or for all.</summary>
    ClusterWide,

    /// <summary>On a topic at any time.</summary>
    Topic,

    /// <summary>On a group at any time.</summary>
    Group,
}
