namespace LogBroker.Storage.Logs;

/// <summary>Who appends, which says how much is checked.</summary>
public enum AppendOrigin
{
    /// <summary>A produce request: everything is checked.</summary>
    Client,

    /// <summary>The broker's own group or transaction coordinator: control batches are allowed, sequences are not
    /// checked.</summary>
    Coordinator,

    /// <summary>Another replica's log: offsets and epochs are taken as they are.</summary>
    Replication,
}
