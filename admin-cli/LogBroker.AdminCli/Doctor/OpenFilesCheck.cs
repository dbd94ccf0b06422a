using System.Globalization;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether the broker that is asked, on this machine, may open as many files as it will need: each segment and each connection is one.</summary>
internal sealed class OpenFilesCheck : IDoctorCheck
{
    private const long Enough = 10_000;
    private const double FullShare = 0.8;
    private const string Advice = "Raise it before the broker starts: ulimit -n 100000, or LimitNOFILE= in its systemd unit.";

    public string Name => "file-limits";

    public bool NeedsCluster => false;

    public Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        Finding[] found = [.. LocalListeners.Find().Where(process => process.Ports.Intersect(patient.Ports).Any()).Select(Of).OfType<Finding>()];
        return Task.FromResult<IReadOnlyList<Finding>>(found.Length > 0 ? found : [Here()]);
    }

    /// <summary>Without a broker to look at: what one may have that is started from here.</summary>
    private Finding Here()
    {
        const string None = "the broker that was asked cannot be looked at from here";
        if (!OperatingSystem.IsLinux()) return new Finding(Name, Verdict.Skipped, None);
        string allowed = Allowed("/proc/self");
        bool isEnough = !long.TryParse(allowed, NumberStyles.None, CultureInfo.InvariantCulture, out long most) || most >= Enough;
        return new Finding(
            Name, isEnough ? Verdict.Ok : Verdict.Warning, $"{None}; one started from here may have {allowed} files open", isEnough ? null : Advice);
    }

    private static string Allowed(string process)
    {
        string limit = File.ReadLines($"{process}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return limit["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
    }

    private Finding? Of(ListeningProcess process)
    {
        try
        {
            string allowed = Allowed($"/proc/{process.Id}");
            int open = Directory.EnumerateFileSystemEntries($"/proc/{process.Id}/fd").Count();
            string message = $"{process} has {open} files open and may have {allowed}";
            if (!long.TryParse(allowed, NumberStyles.None, CultureInfo.InvariantCulture, out long most)) return new Finding(Name, Verdict.Ok, message);
            Verdict verdict = open > most * FullShare ? Verdict.Problem : most < Enough ? Verdict.Warning : Verdict.Ok;
            return new Finding(Name, verdict, message, verdict == Verdict.Ok ? null : Advice);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // The process has ended meanwhile, or is somebody else's.
            return null;
        }
    }
}
