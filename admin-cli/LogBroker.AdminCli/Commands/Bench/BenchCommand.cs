using System.CommandLine;
using LogBroker.AdminCli.Bench;
using LogBroker.AdminCli.Commands.Topics;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Bench;

/// <summary>Measures the cluster with a load.</summary>
internal abstract class BenchCommand : VerbCommand
{
    private readonly Argument<string> _topic;
    private readonly Option<long> _records = new("--records", "-n") { Description = "How many records", DefaultValueFactory = _ => 100_000 };
    private readonly Option<int> _size = new("--size", "-s") { Description = "How many bytes each has", HelpName = "bytes", DefaultValueFactory = _ => 1000 };
    private readonly Option<int?> _rate = new("--rate") { Description = "So many a second; as many as go when not said", HelpName = "records" };
    private readonly Option<int> _partitions = new("--partitions", "-p") { Description = "How many partitions the topic made for it has", DefaultValueFactory = _ => 1 };

    protected BenchCommand(string name, string description, CommandEnvironment environment)
        : base(name, description, environment)
    {
        _topic = TopicNames.One(environment, "A topic that is there; when left out, one is made and removed afterwards");
        _topic.Arity = ArgumentArity.ZeroOrOne;
        Add(_topic);
        Add(_records);
        Add(_size);
        Add(_rate);
        Add(_partitions);
        this.RefuseBeside(_topic, "which has its own", _partitions);
    }

    /// <summary>Refuses what says how records are written, where none are.</summary>
    protected void RefuseWritingBesideATopic() => this.RefuseBeside(_topic, "which is only read", _size, _rate);

    /// <summary>The smallest records it can measure with.</summary>
    protected virtual int SizeBytesMin => 1;

    public override VerbEffect Effect => VerbEffect.Adds;

    public override bool HasDryRun => false;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        int size = parsed.GetValue(_size);
        if (size < SizeBytesMin || parsed.GetValue(_records) < 1 || parsed.GetValue(_rate) < 1)
            throw new CommandException($"--size is at least {SizeBytesMin} here, --records and --rate at least 1.", null, ExitCodes.WrongUsage);
        string? named = parsed.GetValue(_topic);
        if (Writes(named)) context.Confirm($"write {parsed.GetValue(_records)} records of {size} bytes to {(named is null ? "a topic made for it" : $"topic {named}")} for a measurement");
        await using BenchTopic topic = await BenchTopic.OpenAsync(context.Admin, named, parsed.GetValue(_partitions), cancelled);
        var load = new Load(context.Client, context.Environment, topic.Name, parsed.GetValue(_records), size, parsed.GetValue(_rate));
        BenchResult result = await MeasureAsync(
            load,
            ClientSettings.Apply(new ProducerOptions(), context.Connection.Settings),
            ClientSettings.Apply(new ConsumerOptions(), context.Connection.Settings),
            named is null,
            cancelled);
        if (result.Records < load.Records) context.Note($"{CountText.Of(result.Records, "record")} of {load.Records} are there to be read.");
        context.Results.Write(result.ToDocument());
        return ExitCodes.Done;
    }

    /// <summary>Whether it writes.</summary>
    /// <param name="named">The topic that was named; null when one is made.</param>
    protected virtual bool Writes(string? named) => true;

    /// <summary>Measures.</summary>
    /// <param name="load">The load.</param>
    /// <param name="producing">How it is written.</param>
    /// <param name="consuming">How it is read.</param>
    /// <param name="isEmpty">Whether the topic was made for it.</param>
    /// <param name="cancelled">Gives up.</param>
    protected abstract Task<BenchResult> MeasureAsync(
        Load load, ProducerOptions producing, ConsumerOptions consuming, bool isEmpty, CancellationToken cancelled);
}

/// <summary>Measures writing.</summary>
internal sealed class BenchProduceCommand(CommandEnvironment environment)
    : BenchCommand("produce", "Measure writing: records a second, and how long each takes to be acknowledged", environment)
{
    protected override Task<BenchResult> MeasureAsync(
        Load load, ProducerOptions producing, ConsumerOptions consuming, bool isEmpty, CancellationToken cancelled) => load.ProduceAsync(producing, cancelled);
}

/// <summary>Measures reading; writes first where there is nothing to read.</summary>
internal sealed class BenchConsumeCommand : BenchCommand
{
    public BenchConsumeCommand(CommandEnvironment environment)
        : base("consume", "Measure reading: records a second, and how long each batch is waited for, of a topic or of records written for it", environment) => RefuseWritingBesideATopic();

    protected override bool Writes(string? named) => named is null;

    protected override async Task<BenchResult> MeasureAsync(
        Load load, ProducerOptions producing, ConsumerOptions consuming, bool isEmpty, CancellationToken cancelled)
    {
        if (isEmpty) await load.ProduceAsync(producing, cancelled);
        return await load.ConsumeAsync(consuming, cancelled);
    }
}

/// <summary>Measures the way through.</summary>
internal sealed class BenchEndToEndCommand(CommandEnvironment environment)
    : BenchCommand("end-to-end", "Measure the way from a producer to a consumer, record by record", environment)
{
    protected override int SizeBytesMin => RecordStamp.SizeBytes;

    protected override Task<BenchResult> MeasureAsync(
        Load load, ProducerOptions producing, ConsumerOptions consuming, bool isEmpty, CancellationToken cancelled) =>
        load.EndToEndAsync(producing, consuming, cancelled);
}
