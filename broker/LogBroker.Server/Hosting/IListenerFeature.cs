namespace LogBroker.Server.Hosting;

/// <summary>A feature of every Kafka connection: the door it came in by, and a sign of life.</summary>
public interface IListenerFeature
{
    /// <summary>The listener, whose name decides which addresses the client is told.</summary>
    BrokerListener Listener { get; }

    /// <summary>Tells that bytes came in or went out. Who never tells is taken for idle after
    /// <see cref="ConnectionOptions.IdleTimeout"/>.</summary>
    void MarkActive();

    /// <summary>Tells how many bytes of a request have come that is not there wholly; 0 when none is waited for, or when it is
    /// not the client who keeps it waiting.</summary>
    void MarkReceiving(long bytes);
}
