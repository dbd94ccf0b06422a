using System.CommandLine;
using LogBroker.AdminCli.LogFiles;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Commands.Log;

/// <summary>Checks files of partitions without a broker: every checksum, every record, every index.</summary>
internal sealed class LogVerifyCommand : VerbCommand
{
    private static readonly Column<LogFault>[] Columns =
    [
        new("kind", fault => fault.Kind.ToString()),
        new("file", fault => fault.File),
        new("position", fault => fault.Position),
        new("offset", fault => fault.Offset),
        new("mended-at-start", fault => fault.IsMendedAtStart),
        new("message", fault => fault.Message),
    ];

    private readonly Argument<string> _path = new("path") { Description = "A partition's folder (TOPIC-N), or a data directory with all of its" };

    public LogVerifyCommand(CommandEnvironment environment)
        : base("verify", "Check partitions' files offline: checksums, records, offsets, indexes, snapshots", environment) => Add(_path);

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        var faults = new List<LogFault>();
        var running = new HashSet<string>(StringComparer.Ordinal);
        foreach (string directory in LogPaths.PartitionsOf(parsed.GetRequiredValue(_path)))
        {
            cancelled.ThrowIfCancellationRequested();
            bool isRunning = DirectoryLock.IsHeld(Path.GetDirectoryName(directory)!);
            if (isRunning && running.Add(Path.GetDirectoryName(directory)!))
                context.Note($"A broker runs on {Path.GetDirectoryName(directory)}: what it is writing, its last indexes and its epochs are left out.");
            PartitionReport report = PartitionCheck.Run(directory, isRunning);
            context.Note(
                $"{Path.GetFileName(directory)}: {report.RecordCount} records in {report.BatchCount} batches of {report.SegmentCount} segments, "
                + (report.Faults.Count == 0 ? "no fault" : $"{report.Faults.Count} faults"));
            faults.AddRange(report.Faults);
        }

        if (faults.Count > 0 || context.Results.Format is not (OutputFormat.Table or OutputFormat.Plain))
            context.Results.Write(new Listing<LogFault>(faults, Columns));
        return Task.FromResult(faults.Count == 0 ? ExitCodes.Done : ExitCodes.Failed);
    }
}
