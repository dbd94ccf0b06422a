using System.Globalization;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether brokers on this machine may open as many files as they will need: each segment and each connection is one.</summary>
internal sealed class OpenFilesCheck : IDoctorCheck
{
    /// <summary>The kernel keeps 15 letters of a program's name.</summary>
    private const string ServerName = "logbroker-serve";
    private const long Enough = 10_000;
    private const double FullShare = 0.8;

    public string Name => "file-limits";

    public Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        Finding[] found = OperatingSystem.IsLinux() ? [.. Directory.EnumerateDirectories("/proc").Select(Of).OfType<Finding>()] : [];
        return Task.FromResult<IReadOnlyList<Finding>>(
            found.Length > 0 ? found : [new Finding(Name, Verdict.Skipped, "no broker of LogBroker runs on this machine where it can be looked at")]);
    }

    private Finding? Of(string process)
    {
        try
        {
            if (!int.TryParse(Path.GetFileName(process), out int id) || File.ReadAllText($"{process}/comm").TrimEnd() != ServerName) return null;
            string limit = File.ReadLines($"{process}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
            string allowed = limit["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            int open = Directory.EnumerateFileSystemEntries($"{process}/fd").Count();
            string message = $"process {id} has {open} files open and may have {allowed}";
            if (!long.TryParse(allowed, NumberStyles.None, CultureInfo.InvariantCulture, out long most)) return new Finding(Name, Verdict.Ok, message);
            Verdict verdict = open > most * FullShare ? Verdict.Problem : most < Enough ? Verdict.Warning : Verdict.Ok;
            return new Finding(Name, verdict, message, verdict == Verdict.Ok ? null : "Raise it before the broker starts: ulimit -n 100000, or LimitNOFILE= in its systemd unit.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // The process has ended meanwhile, or is somebody else's.
            return null;
        }
    }
}
