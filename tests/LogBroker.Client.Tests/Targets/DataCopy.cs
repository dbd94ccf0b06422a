namespace LogBroker.Client.Tests.Targets;

/// <summary>A copy of a broker's data as it was once.</summary>
public sealed class DataCopy : IDisposable
{
    private readonly string _data;
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("logbroker-client-copy-");

    public DataCopy(string data)
    {
        _data = data;
        Copy(_data, _copy.FullName);
    }

    /// <summary>Puts it in place of what is there now; the broker is stopped.</summary>
    public void Restore()
    {
        foreach (string directory in Directory.GetDirectories(_data)) Directory.Delete(directory, recursive: true);
        foreach (string file in Directory.GetFiles(_data)) File.Delete(file);
        Copy(_copy.FullName, _data);
    }

    public void Dispose() => _copy.Delete(recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (string directory in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory)));
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}
