namespace LogBroker.TransportBench.OwnSockets;

/// <summary>Tells whether a connection is used.</summary>
internal interface IConnectionActivityFeature
{
    /// <summary>Set by every receive and every send; who watches for idleness clears it.</summary>
    bool IsActive { get; set; }
}
