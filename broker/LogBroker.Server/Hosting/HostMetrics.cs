using System.Diagnostics.Metrics;

namespace LogBroker.Server.Hosting;

/// <summary>What the host counts about connections.</summary>
internal sealed class HostMetrics
{
    /// <summary>The meter whose instruments <c>/metrics</c> shows; every room adds its own under this prefix.</summary>
    public const string MeterName = "LogBroker.Server";

    private const string ListenerTag = "listener";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _refused;

    public HostMetrics(IMeterFactory meters)
    {
        Meter meter = _meter = meters.Create(MeterName);
        _connections = meter.CreateUpDownCounter<long>("logbroker.connections", "{connection}", "Connections open.");
        _opened = meter.CreateCounter<long>("logbroker.connections.opened", "{connection}", "Connections accepted.");
        _refused = meter.CreateCounter<long>("logbroker.connections.refused", "{connection}",
            "Connections closed at once because too many were open.");
    }

    /// <summary>Shows how much memory requests in arrival hold.</summary>
    public void ShowRequestMemory(Func<long> takenBytes) => _meter.CreateObservableGauge(
        "logbroker.requests.arriving", takenBytes, "By", "Bytes of large requests that have not wholly arrived.");

    /// <summary>Shows how much memory answers hold that clients leave unread.</summary>
    public void ShowAnswerMemory(Func<long> takenBytes) => _meter.CreateObservableGauge(
        "logbroker.responses.unread", takenBytes, "By", "Bytes of answers in memory that clients leave unread.");

    public void ConnectionOpened(string listener)
    {
        _connections.Add(1, new KeyValuePair<string, object?>(ListenerTag, listener));
        _opened.Add(1, new KeyValuePair<string, object?>(ListenerTag, listener));
    }

    public void ConnectionClosed(string listener) =>
        _connections.Add(-1, new KeyValuePair<string, object?>(ListenerTag, listener));

    public void ConnectionRefused(string listener) =>
        _refused.Add(1, new KeyValuePair<string, object?>(ListenerTag, listener));
}
