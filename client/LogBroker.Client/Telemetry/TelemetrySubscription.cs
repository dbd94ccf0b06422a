using LogBroker.Compression;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Telemetry;

/// <summary>What brokers want to know, how often, and in which form.</summary>
internal sealed class TelemetrySubscription(GetTelemetrySubscriptionsResponse response)
{
    /// <summary>The id of this subscription; it changes when what is wanted changes.</summary>
    public int Id => response.SubscriptionId;

    /// <summary>The id brokers know this client by.</summary>
    public Guid ClientInstanceId => response.ClientInstanceId;

    public TimeSpan PushInterval => TimeSpan.FromMilliseconds(Math.Max(response.PushIntervalMs, 1));

    /// <summary>The most bytes of one push, uncompressed or not.</summary>
    public int BytesMax => response.TelemetryMaxBytes;

    public bool AsDelta => response.DeltaTemporality;

    /// <summary>Beginnings of the names wanted.</summary>
    public IReadOnlyCollection<string> Wanted => response.RequestedMetrics;

    /// <summary>Packs a push with the codec the broker likes best.</summary>
    public (CompressionType Type, byte[] Bytes) Compress(byte[] metrics)
    {
        var type = (CompressionType)response.AcceptedCompressionTypes.FirstOrDefault();
        if (type is CompressionType.None or > CompressionType.Zstd || metrics.Length == 0) return (CompressionType.None, metrics);
        using var packed = new PooledBufferWriter();
        CompressionCodecs.Get(type).Compress(metrics, packed);
        return (type, packed.WrittenSpan.ToArray());
    }
}
