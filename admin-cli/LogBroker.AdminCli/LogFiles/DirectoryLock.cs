namespace LogBroker.AdminCli.LogFiles;

/// <summary>What a data directory tells of the broker that runs on it, or did.</summary>
internal static class DirectoryLock
{
    private const string LockFile = ".lock";
    private const string ClosedFile = ".kafka_cleanshutdown";

    /// <summary>Whether a broker, of whatever kind, runs on it; false where that cannot be told.</summary>
    /// <param name="dataDirectory">Has the partitions' folders.</param>
    public static bool IsHeld(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, LockFile);
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() || !File.Exists(path)) return false;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                // A reader's lock, given back at once: it is refused only while a broker has the writer's.
                file.Lock(0, 0);
                file.Unlock(0, 0);
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the last broker closed everything before it ended.</summary>
    /// <param name="dataDirectory">Has the partitions' folders.</param>
    public static bool WasClosed(string dataDirectory) => File.Exists(Path.Combine(dataDirectory, ClosedFile));
}
