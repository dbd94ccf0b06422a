using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Commands.Topics;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;
using LogBroker.AdminCli.Records;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Records;

/// <summary>Writes records to a topic: each line of the input, or a template filled again and again.</summary>
internal sealed class ProduceCommand : VerbCommand
{
    private readonly Argument<string> _topic;
    private readonly InputOptions _input = new();
    private readonly Option<string?> _compression = new("--compression", "-z")
    {
        Description = "none, gzip, snappy, lz4 or zstd",
        HelpName = "codec",
        CompletionSources = { _ => ClientSettings.CompressionTypes.Keys.Select(codec => new System.CommandLine.Completions.CompletionItem(codec)) },
    };

    private readonly Option<string?> _acks = new("--acks") { Description = "all, 1 or 0", HelpName = "acks" };
    private readonly Option<bool> _report = new("--report") { Description = "Tell of each record where it is, as soon as it is there: topic, partition, offset" };

    public ProduceCommand(CommandEnvironment environment)
        : base("produce", "Write records: a line of standard input each, or of a file, JSON, or a template", environment)
    {
        _topic = TopicNames.One(environment, "Where they go");
        Add(_topic);
        _input.AddTo(this);
        Add(_compression);
        Add(_acks);
        Add(_report);
    }

    public override VerbEffect Effect => VerbEffect.Adds;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string topic = parsed.GetRequiredValue(_topic);
        ProducerOptions options = OptionsOf(context, parsed);
        IAsyncEnumerable<InputRecord> records = _input.Read(parsed, context.Environment, cancelled);
        await TellOfANewTopicAsync(context, topic, cancelled);
        if (context.Environment.IsInteractive && _input.IsTyped(parsed)) context.Note("A record a line; Ctrl-D ends.");
        RowStream<RecordMetadata>? report = parsed.GetValue(_report) ? Deliveries.ReportTo(context) : null;
        var deliveries = new Deliveries(report);
        long started = context.Environment.Time.GetTimestamp();
        try
        {
            await WriteAsync(context, topic, records, options, deliveries, cancelled);
        }
        finally
        {
            // Of what was written it is told whatever came after.
            TimeSpan took = context.Environment.Time.GetElapsedTime(started);
            report?.Close();
            context.Note($"{CountText.Of(deliveries.Delivered, "record")} {(context.IsDryRun ? "would be written" : "written")} to {topic} in {TimeText.Of(took)}");
        }
        deliveries.ThrowIfUnreported();
        if (deliveries.FirstFailure is null) return ExitCodes.Done;
        context.Environment.Error.WriteLine($"error: {CountText.Of(deliveries.Failed, "record")} could not be written. {deliveries.FirstFailure.Message}");
        return ExitCodes.Failed;
    }

    /// <summary>Writes until the input ends, or a record cannot be written: what comes after it would not be in its place.</summary>
    private static async Task WriteAsync(
        CommandContext context, string topic, IAsyncEnumerable<InputRecord> records, ProducerOptions options, Deliveries deliveries, CancellationToken cancelled)
    {
        await using Producer<byte[], byte[]> producer = context.Client.CreateProducer<byte[], byte[]>(options);
        try
        {
            await foreach (InputRecord record in records)
            {
                if (context.IsDryRun) deliveries.CountOnly();
                else await producer.EnqueueAsync(ToRecord(topic, record), deliveries.Settle, cancelled);
                deliveries.ThrowIfUnreported();
                if (deliveries.FirstFailure is not null) break;
            }
        }
        catch (TopicNotFoundException)
        {
            throw await Unknown.TopicAsync(context.Admin, topic, cancelled);
        }
        catch (RequestTimedOutException)
        {
            // No room came free. Why records are not taken, those that were handed over tell.
            await producer.FlushAsync(cancelled);
            if (deliveries.FirstFailure is null) throw;
        }
        finally
        {
            await producer.FlushAsync(cancelled);
        }
    }

    /// <summary>Brokers make topics that are not there, misspelt ones too.</summary>
    private static async Task TellOfANewTopicAsync(CommandContext context, string topic, CancellationToken cancelled)
    {
        try
        {
            await context.Admin.Topics.DescribeAsync(topic, cancelled);
        }
        catch (KafkaException e) when (Unknown.IsUnknownTopic(e.ErrorCode))
        {
            IReadOnlyList<TopicListing> known = await context.Admin.Topics.ListAsync(cancellationToken: cancelled);
            string question = NearestName.Question(topic, known.Select(other => other.Name));
            if (question.Length > 0) context.Note($"note: there is no topic {topic} yet.{question}");
        }
        catch (KafkaException e) when (!FailureText.IsUnreachable(e))
        {
            // Who may write need not be allowed to look.
        }
    }

    private ProducerOptions OptionsOf(CommandContext context, ParseResult parsed)
    {
        var settings = new Dictionary<string, string>(context.Connection.Settings, StringComparer.Ordinal);
        if (parsed.GetValue(_compression) is { } compression) settings["compression.type"] = compression;
        if (parsed.GetValue(_acks) is { } acks) settings["acks"] = acks;
        return ClientSettings.Apply(
            new ProducerOptions { MaxBlock = context.Connection.Timeout, DeliveryTimeout = context.Connection.Timeout + TimeSpan.FromSeconds(20) }, settings);
    }

    private static ProducerRecord<byte[], byte[]> ToRecord(string topic, InputRecord record) => new(topic, record.Key!, record.Value!)
    {
        Headers = record.Headers,
        Partition = record.Partition,
        Timestamp = record.Timestamp,
    };
}
