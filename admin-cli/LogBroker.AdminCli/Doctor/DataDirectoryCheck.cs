using LogBroker.AdminCli.LogFiles;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether data directories on this machine can be read and written, and how they were left.</summary>
internal sealed class DataDirectoryCheck : IDoctorCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public string Name => "data-directory";

    public bool NeedsCluster => false;

    public Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled) =>
        Task.FromResult<IReadOnlyList<Finding>>(
            patient.DataDirectories.Count == 0
                ? [new Finding(Name, Verdict.Skipped, "none is known: --data DIRECTORY, where a broker of this machine keeps its data")]
                : [.. patient.DataDirectories.SelectMany(directory => Look(patient, directory))]);

    private List<Finding> Look(Patient patient, string directory)
    {
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
        bool isHeld = DirectoryLock.IsHeld(directory);
        // A broker that runs on it has written to it.
        if (!isHeld && WriteFailure(directory) is { } failure)
            return [new Finding(Name, Verdict.Problem, $"{directory} cannot be written: {failure}", "Mount it for writing, or give it to the user the broker runs as: chown -R USER DIRECTORY.")];
        if (!DirectorySigns.HasAny(directory))
            return [new Finding(Name, Verdict.Warning, $"{directory} is no data directory: it holds none of {string.Join(", ", DirectorySigns.Names)}", "--data names the one of log.dirs.")];
        string[] partitions = [.. LogPaths.In(directory)];
        string state = isHeld ? "a broker runs on it"
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

    /// <summary>Why no file can be made in a directory; null when one can.</summary>
    private static string? WriteFailure(string directory)
    {
        try
        {
            string probe = Path.Combine(directory, $".doctor-{Guid.NewGuid():n}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose)) return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
