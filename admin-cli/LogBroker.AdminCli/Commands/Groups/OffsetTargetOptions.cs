using System.CommandLine;
using LogBroker.AdminCli.Groups;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>The options that say where a group is to go on; one of them is given.</summary>
internal sealed class OffsetTargetOptions
{
    private readonly Option<bool> _earliest = new("--to-earliest") { Description = "At the first record there is" };
    private readonly Option<bool> _latest = new("--to-latest") { Description = "Behind the last record" };
    private readonly Option<bool> _current = new("--to-current") { Description = "Where it is; where it has committed nothing, behind the last record" };
    private readonly Option<long?> _offset = new("--to-offset") { Description = "At this offset", HelpName = "offset" };
    private readonly Option<long?> _shift = new("--shift-by") { Description = "So many records on, or back when negative", HelpName = "records" };
    private readonly Option<string?> _time = new("--to-datetime") { Description = "At the first record not older than this time: 2026-01-31T10:00:00Z", HelpName = "time" };
    private readonly Option<string?> _duration = new("--by-duration") { Description = "At the first record not older than so long ago: 2h, P1D", HelpName = "duration" };
    private readonly Option<string?> _file = new("--from-file") { Description = "As a file says: TOPIC,PARTITION,OFFSET a line", HelpName = "file" };

    public IEnumerable<Option> All => [_earliest, _latest, _current, _offset, _shift, _time, _duration, _file];

    /// <exception cref="CommandException">Not exactly one is given, or it cannot be read.</exception>
    public OffsetTarget Read(ParseResult parsed, TimeProvider time)
    {
        OffsetTarget?[] said =
        [
            parsed.GetValue(_earliest) ? new(OffsetTargetKind.Earliest) : null,
            parsed.GetValue(_latest) ? new(OffsetTargetKind.Latest) : null,
            parsed.GetValue(_current) ? new(OffsetTargetKind.Current) : null,
            parsed.GetValue(_offset) is { } offset ? new(OffsetTargetKind.Offset, offset) : null,
            parsed.GetValue(_shift) is { } shift ? new(OffsetTargetKind.Shift, shift) : null,
            parsed.GetValue(_time) is { } at ? new(OffsetTargetKind.Time, Time: PointInTime.ParsePast(at, time, "--to-latest")) : null,
            parsed.GetValue(_duration) is { } ago ? new(OffsetTargetKind.Time, Time: PointInTime.ParseAgo(ago, time)) : null,
            parsed.GetValue(_file) is { } file ? new(OffsetTargetKind.File, Offsets: OffsetFile.Read(file)) : null,
        ];
        return said.OfType<OffsetTarget>().ToArray() is [OffsetTarget only]
            ? only
            : throw new CommandException(
                $"Say where to, in one way: {string.Join(", ", All.Select(option => option.Name))}.", null, ExitCodes.WrongUsage);
    }
}
