using System.Text;
using LogBroker.Storage.Disk;

namespace LogBroker.Storage.Recovery;

/// <summary>The <c>.kafka_cleanshutdown</c> file: the directory's logs were closed in order, so nothing needs recovery.
/// </summary>
internal static class CleanShutdownMarker
{
    private const string FileName = ".kafka_cleanshutdown";

    public static void Write(IDisk disk, string directory, long brokerEpoch) => disk.Replace(
        PathIn(directory), Encoding.ASCII.GetBytes($"{{\"version\":0,\"brokerEpoch\":{brokerEpoch}}}"));

    /// <summary>Whether it is there; takes it away, durably, before anything is written.</summary>
    public static bool Take(IDisk disk, string directory)
    {
        if (!disk.FileExists(PathIn(directory))) return false;
        disk.DeleteFile(PathIn(directory));
        disk.SyncDirectory(directory);
        return true;
    }

    private static string PathIn(string directory) => Path.Combine(directory, FileName);
}
