using System.CommandLine;
using LogBroker.AdminCli.LogFiles;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Commands.Log;

/// <summary>Checks files of partitions without a broker: every checksum, every record, every index.</summary>
internal sealed class LogVerifyCommand : VerbCommand
{
    private readonly Argument<string> _path = new("path") { Description = "A partition's folder (TOPIC-N), or a data directory with all of its" };

    public LogVerifyCommand(CommandEnvironment environment)
        : base("verify", "Check partitions' files offline: checksums, records, offsets, indexes, snapshots", environment) => Add(_path);

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string path = parsed.GetRequiredValue(_path);
        IReadOnlyList<string> directories = LogPaths.PartitionsOf(path);
        var faults = new List<LogFault>();
        var running = new HashSet<string>(StringComparer.Ordinal);
        (long records, long batches, long segments) = (0, 0, 0);
        foreach (string directory in directories)
        {
            cancelled.ThrowIfCancellationRequested();
            string parent = Path.GetDirectoryName(directory)!;
            bool isRunning = DirectoryLock.IsHeld(parent);
            if (isRunning && running.Add(parent))
                context.Note($"A broker runs on {parent}: what it is writing, its last indexes and its epochs are left out.");
            PartitionReport report = PartitionCheck.Run(directory, isRunning);
            records += report.RecordCount;
            batches += report.BatchCount;
            segments += report.SegmentCount;
            faults.AddRange(report.Faults);
        }

        if (faults.Count > 0 || context.Results.Format is not (OutputFormat.Table or OutputFormat.Plain))
            context.Results.Write(new Listing<LogFault>(faults, Columns(path)));
        string what = directories.Count == 1 ? Path.GetFileName(directories[0]) : CountText.Of(directories.Count, "partition");
        context.Note(
            $"{what}: {CountText.Of(records, "record")} in {CountText.Of(batches, "batch", "batches")} of {CountText.Of(segments, "segment")}, "
            + (faults.Count == 0 ? "no fault" : CountText.Of(faults.Count, "fault")));
        return Task.FromResult(faults.Count == 0 ? ExitCodes.Done : ExitCodes.Failed);
    }

    /// <param name="path">What the user named; people read where a file is below it.</param>
    private static Column<LogFault>[] Columns(string path) =>
    [
        new("kind", fault => fault.Kind.ToString()) { Tone = fault => fault.IsMendedAtStart ? Tone.Warning : Tone.Bad },
        new("file", fault => fault.File, fault => Path.GetRelativePath(path, fault.File)),
        new("position", fault => fault.Position),
        new("offset", fault => fault.Offset),
        new("mended-at-start", fault => fault.IsMendedAtStart, fault => fault.IsMendedAtStart ? "yes" : "no"),
        new("message", fault => fault.Message) { Wraps = true },
    ];
}
