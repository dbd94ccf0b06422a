using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Records;

/// <summary>What became of the records of one run.</summary>
/// <remarks>Told by the producer, partition by partition at the same time; read when all are settled.</remarks>
/// <param name="report">Takes where each record is, as soon as that is known; null when nobody wants to know.</param>
internal sealed class Deliveries(RowStream<RecordMetadata>? report)
{
    private readonly Lock _lock = new();
    private ExceptionDispatchInfo? _unreported;

    public long Delivered { get; private set; }

    public long Failed { get; private set; }

    public KafkaException? FirstFailure { get; private set; }

    /// <summary>Where each record is, row by row.</summary>
    public static RowStream<RecordMetadata> ReportTo(CommandContext context) => new(
        context.Environment,
        context.Results.Format,
        new("topic", record => record.Topic),
        new("partition", record => record.Partition),
        new("offset", record => record.Offset.Value),
        new("timestamp", record => JsonValue.Create(record.Timestamp.ToUnixTimeMilliseconds()), record => TimeText.Of(record.Timestamp.ToUnixTimeMilliseconds())));

    public void CountOnly() => Delivered++;

    public void Settle(in DeliveryReport settled)
    {
        lock (_lock)
        {
            if (settled.IsDelivered)
            {
                Delivered++;
                if (report is not null && _unreported is null) Report(settled.Metadata);
                return;
            }
            Failed++;
            FirstFailure ??= settled.Error;
        }
    }

    /// <summary>Nobody reads the report any more, or its disk is full.</summary>
    /// <exception cref="IOException">That is so.</exception>
    public void ThrowIfUnreported() => _unreported?.Throw();

    /// <summary>The producer, which tells, has nothing to do with what becomes of the report.</summary>
    private void Report(RecordMetadata written)
    {
        try
        {
            report!.Write(written);
        }
        catch (IOException e)
        {
            _unreported = ExceptionDispatchInfo.Capture(e);
        }
    }
}
