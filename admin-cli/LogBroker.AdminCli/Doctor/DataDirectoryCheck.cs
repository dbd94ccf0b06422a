using LogBroker.AdminCli.LogFiles;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether a data directory on this machine can be read, and how it was left.</summary>
internal sealed class DataDirectoryCheck : IDoctorCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public string Name => "data-directory";

    public bool NeedsCluster => false;

    public Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled) =>
        Task.FromResult<IReadOnlyList<Finding>>(Look(patient));

    private List<Finding> Look(Patient patient)
    {
        if (patient.DataDirectory is not { } directory) return [new Finding(Name, Verdict.Skipped, "none is named: --data DIRECTORY, where a broker of this machine keeps its data")];
        if (!Directory.Exists(directory)) return [new Finding(Name, Verdict.Problem, $"there is no directory {directory}", "--data names the one of log.dirs; a broker makes it at its first start.")];
        try
        {
            return Look(directory, patient.Time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new Finding(Name, Verdict.Problem, $"{directory} cannot be read: {e.Message}", "Give it to the user the broker runs as: chown -R USER DIRECTORY.")];
        }
    }

    private List<Finding> Look(string directory, DateTimeOffset now)
    {
        string[] partitions = [.. LogPaths.In(directory)];
        string state = DirectoryLock.IsHeld(directory) ? "a broker runs on it"
            : DirectoryLock.WasClosed(directory) ? "no broker runs on it, and the last one stopped cleanly"
            : partitions.Length == 0 ? "no broker runs on it"
            : "no broker runs on it, and the last one did not stop cleanly: the next start looks through what was written last";
        var findings = new List<Finding> { new(Name, Verdict.Ok, $"{directory}: {CountText.Of(partitions.Length, "partition")}; {state}") };
        DateTime newest = partitions.SelectMany(partition => Directory.EnumerateFiles(partition, "*.log")).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(DateTime.MinValue).Max();
        if (newest > now.UtcDateTime + Tolerance)
        {
            findings.Add(new Finding(
                Name, Verdict.Warning, $"{directory}: something was written {TimeText.Of(newest - now.UtcDateTime)} from now: the clock here was set back", "Run NTP: retention is counted by clocks."));
        }
        return findings;
    }
}
