namespace LogBroker.Storage.Tests.Support;

/// <summary>A directory of its own for one test, deleted at its end.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("logbroker-storage-").FullName;

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
