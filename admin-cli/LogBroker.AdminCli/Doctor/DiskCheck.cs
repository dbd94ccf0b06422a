using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether the volumes of the log directories have room.</summary>
internal sealed class DiskCheck : IDoctorCheck
{
    private const double WarningShare = 0.15;
    private const double ProblemShare = 0.05;

    public string Name => "disk";

    public bool NeedsCluster => false;

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        if (patient.Silence is not null) return patient.DataDirectories.Count == 0 ? [Here(null)] : [.. patient.DataDirectories.Select(Here)];
        AdminResults<int, IReadOnlyList<LogDirectory>> brokers = await patient.Admin.LogDirectories.DescribeAsync(cancellationToken: cancelled);
        return
        [
            .. brokers.Values.SelectMany(broker => broker.Value.Where(directory => directory.Failure is null || directory.TotalBytes > 0).Select(directory => Of(broker.Key, directory))),
            .. brokers.Failures.Select(failure => new Finding(Name, Verdict.Problem, failure.Value.Message)),
        ];
    }

    private Finding Of(int broker, LogDirectory directory)
    {
        string place = $"broker {broker}: {directory.Path}";
        if (directory is not { TotalBytes: > 0 and { } total, UsableBytes: { } usable }) return new Finding(Name, Verdict.Skipped, $"{place}: the broker does not tell how full its volume is");
        return Of(place, total, usable);
    }

    /// <summary>Without a broker that tells: the volume of the data directory here.</summary>
    private Finding Here(string? directory)
    {
        if (directory is null || !Directory.Exists(directory)) return new Finding(Name, Verdict.Skipped, "no broker can be reached, and --data DIRECTORY names no data directory here");
        try
        {
            var volume = new DriveInfo(Path.GetFullPath(directory));
            return Of(directory, volume.TotalSize, volume.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding(Name, Verdict.Problem, $"{directory}: {e.Message}");
        }
    }

    private Finding Of(string place, long total, long usable)
    {
        double share = (double)usable / total;
        string message = $"{place}: {SizeText.Of(usable)} of {SizeText.Of(total)} are free";
        Verdict verdict = share < ProblemShare ? Verdict.Problem : share < WarningShare ? Verdict.Warning : Verdict.Ok;
        return new Finding(
            Name, verdict, message, verdict == Verdict.Ok ? null : "Lower retention.bytes or retention.ms of the largest topics, or give the volume more room.");
    }
}
