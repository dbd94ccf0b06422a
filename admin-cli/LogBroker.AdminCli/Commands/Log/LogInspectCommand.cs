using System.CommandLine;
using LogBroker.AdminCli.LogFiles;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Commands.Log;

/// <summary>Lists the batches of a segment, or of a partition, without a broker.</summary>
internal sealed class LogInspectCommand : VerbCommand
{
    private static readonly Column<BatchSummary>[] Columns =
    [
        new("base-offset", batch => batch.BaseOffset),
        new("last-offset", batch => batch.LastOffset),
        new("records", batch => batch.RecordCount),
        new("position", batch => batch.Position),
        new("bytes", batch => batch.SizeInBytes),
        new("leader-epoch", batch => batch.LeaderEpoch),
        new("max-timestamp", batch => batch.MaxTimestamp, batch => TimeText.Of(batch.MaxTimestamp)),
        new("compression", batch => batch.Compression.ToString()),
        new("producer-id", batch => batch.ProducerId, batch => batch.ProducerId < 0 ? "" : $"{batch.ProducerId}/{batch.ProducerEpoch}"),
        new("base-sequence", batch => batch.BaseSequence, batch => batch.BaseSequence < 0 ? "" : $"{batch.BaseSequence}"),
        new("transactional", batch => batch.IsTransactional, batch => batch.IsTransactional ? "yes" : ""),
        new("control", batch => batch.IsControl, batch => batch.IsControl ? "yes" : ""),
    ];

    private readonly Argument<string> _path = new("path") { Description = "A segment's .log file, or a partition's folder (TOPIC-N)" };
    private readonly Option<long?> _from = new("--from") { Description = "Leave out batches that end before this offset", HelpName = "offset" };
    private readonly Option<int?> _count = new("--count", "-n") { Description = "At most so many batches", HelpName = "batches", Validators = { Counts.Validate } };

    public LogInspectCommand(CommandEnvironment environment)
        : base("inspect", "List the batches of a segment or a partition offline", environment)
    {
        Add(_path);
        Add(_from);
        Add(_count);
    }

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        long from = parsed.GetValue(_from) ?? 0;
        int count = parsed.GetValue(_count) ?? int.MaxValue;
        var batches = new List<BatchSummary>();
        int faults = 0;
        foreach (SegmentFiles segment in Segments(parsed.GetRequiredValue(_path), from).TakeWhile(_ => batches.Count < count))
        {
            cancelled.ThrowIfCancellationRequested();
            SegmentScan.Run(
                segment.LogPath,
                batch =>
                {
                    if (batch.LastOffset >= from) batches.Add(batch);
                    return batches.Count < count;
                },
                _ => faults++);
        }

        context.Results.Write(new Listing<BatchSummary>(batches, Columns) { WhenEmpty = "There is no batch." });
        if (faults == 0) return Task.FromResult(ExitCodes.Done);
        context.Note($"{faults} places hold no batch: ./logbroker log verify names them");
        return Task.FromResult(ExitCodes.Failed);
    }

    /// <summary>Those that may have what is behind an offset.</summary>
    private static IEnumerable<SegmentFiles> Segments(string path, long from)
    {
        if (Directory.Exists(path))
        {
            IReadOnlyList<SegmentFiles> all = SegmentFiles.In(path);
            return all.Count > 0
                ? all.Where((_, index) => index + 1 == all.Count || all[index + 1].BaseOffset > from)
                : throw new CommandException($"{path} is no partition's folder (TOPIC-N): it has no segment.", null);
        }
        if (!File.Exists(path)) throw new CommandException($"There is no file or folder {path}.", null);
        return SegmentFiles.Of(path) is { } segment
            ? [segment]
            : throw new CommandException($"{path} is no segment: those are named like 00000000000000000000.log.", null, ExitCodes.WrongUsage);
    }
}
