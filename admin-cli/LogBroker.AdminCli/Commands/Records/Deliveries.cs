using System.Text.Json.Nodes;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Records;

/// <summary>What became of the records of one run.</summary>
/// <remarks>Told by the producer, partition by partition at the same time; read when all are settled.</remarks>
/// <param name="keepsPlaces">Whether it is to tell of each record where it is.</param>
internal sealed class Deliveries(bool keepsPlaces)
{
    private readonly Lock _lock = new();
    private readonly List<RecordMetadata> _written = [];

    public long Delivered { get; private set; }

    public long Failed { get; private set; }

    public KafkaException? FirstFailure { get; private set; }

    public void CountOnly() => Delivered++;

    public void Settle(in DeliveryReport report)
    {
        lock (_lock)
        {
            if (report.IsDelivered)
            {
                Delivered++;
                if (keepsPlaces) _written.Add(report.Metadata);
                return;
            }
            Failed++;
            FirstFailure ??= report.Error;
        }
    }

    /// <summary>Where each record is.</summary>
    public Listing<RecordMetadata> Report() => new(
        _written,
        new("topic", record => record.Topic),
        new("partition", record => record.Partition),
        new("offset", record => record.Offset.Value),
        new("timestamp", record => JsonValue.Create(record.Timestamp.ToUnixTimeMilliseconds()), record => TimeText.Of(record.Timestamp.ToUnixTimeMilliseconds())));
}
