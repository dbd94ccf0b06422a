using LogBroker.Compression;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Telemetry;

/// <summary>What brokers want to know, how often, and in which form.</summary>
internal sealed class TelemetrySubscription(GetTelemetrySubscriptionsResponse response)
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(5);

    /// <summary>The id of this subscription; it changes when what is wanted changes.</summary>
    public int Id => response.SubscriptionId;

    /// <summary>The id brokers know this client by.</summary>
    public Guid ClientInstanceId => response.ClientInstanceId;

    /// <summary>How long to wait between pushes, and before asking again when nothing is wanted; five minutes when the broker tells
    /// nothing that makes sense.</summary>
    public TimeSpan PushInterval => response.PushIntervalMs > 0 ? TimeSpan.FromMilliseconds(response.PushIntervalMs) : DefaultInterval;

    /// <summary>The most bytes of one push, uncompressed or not.</summary>
    public int BytesMax => response.TelemetryMaxBytes;

    public bool AsDelta => response.DeltaTemporality;

    /// <summary>Beginnings of the names wanted.</summary>
    public IReadOnlyCollection<string> Wanted => response.RequestedMetrics;

    /// <summary>Packs a push with the codec the broker likes best of those that can be had here; with none, as it is.</summary>
    public (CompressionType Type, byte[] Bytes) Compress(byte[] metrics)
    {
        foreach (var type in response.AcceptedCompressionTypes.Select(type => (CompressionType)type))
        {
            if (type is CompressionType.None || metrics.Length == 0) break;
            if (TryCompress(type, metrics) is { } packed) return (type, packed);
        }
        return (CompressionType.None, metrics);
    }

    private static byte[]? TryCompress(CompressionType type, byte[] metrics)
    {
        if (!Enum.IsDefined(type)) return null;
        using var packed = new PooledBufferWriter();
        try
        {
            CompressionCodecs.Get(type).Compress(metrics, packed);
            return packed.WrittenSpan.ToArray();
        }
        catch (DllNotFoundException)
        {
            // The system does not have the codec's library.
            return null;
        }
    }
}
