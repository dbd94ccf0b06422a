namespace LogBroker.Client.Tests.Targets;

/// <summary>A copy of a broker's data as it was once.</summary>
public sealed class DataCopy : IDisposable
{
    private readonly string _data;
    private readonly DirectoryInfo _copy = System.IO.Directory.CreateTempSubdirectory("logbroker-client-copy-");

    /// <summary>Where it is.</summary>
    public string Directory => _copy.FullName;

    public DataCopy(string data)
    {
        _data = data;
        Copy(_data, _copy.FullName);
    }

    /// <summary>Puts it in place of what is there now; the broker is stopped.</summary>
    public void Restore()
    {
        foreach (string directory in System.IO.Directory.GetDirectories(_data)) System.IO.Directory.Delete(directory, recursive: true);
        foreach (string file in System.IO.Directory.GetFiles(_data)) File.Delete(file);
        Copy(_copy.FullName, _data);
    }

    public void Dispose() => _copy.Delete(recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (string directory in System.IO.Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
            System.IO.Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory)));
        foreach (string file in System.IO.Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}
