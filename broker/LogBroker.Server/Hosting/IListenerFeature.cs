namespace LogBroker.Server.Hosting;

/// <summary>A feature of every Kafka connection: the door it came in by.</summary>
public interface IListenerFeature
{
    /// <summary>The listener, whose name decides which addresses the client is told.</summary>
    BrokerListener Listener { get; }
}
