namespace LogBroker.Server.Hosting;

/// <summary>Where a setting's value came from; a later member wins over an earlier one.</summary>
public enum SettingSource
{
    /// <summary>Nobody gave it: the catalogue's default.</summary>
    Default,

    /// <summary>The properties file named by <c>--config</c>.</summary>
    File,

    /// <summary>An environment variable <c>LOGBROKER_...</c>.</summary>
    Environment,

    /// <summary>A flag of the command line.</summary>
    Flag,
}
