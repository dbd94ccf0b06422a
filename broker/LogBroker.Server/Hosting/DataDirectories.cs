namespace LogBroker.Server.Hosting;

/// <summary>Sees to it that the data directories are there and can be written before anything else is started.</summary>
internal static class DataDirectories
{
    /// <summary>Creates what is missing and writes and removes a file in each directory. Of several log directories one that
    /// works is enough; the others are offline.</summary>
    /// <exception cref="StartFailedException">The catalogue's directory, or every log directory, cannot be created or
    /// written.</exception>
    public static void Prepare(BrokerOptions options)
    {
        StartFailedException?[] failures = [.. options.LogDirectories.Select(TryPrepare)];
        if (failures.All(failure => failure is not null)) throw failures[0]!;
        if (TryPrepare(Path.GetDirectoryName(options.MetadataFile)!) is { } failed) throw failed;
    }

    private static StartFailedException? TryPrepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".write-probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new StartFailedException(
                $"Cannot create or write the data directory {folder}: {failure.Message}", failure);
        }
    }
}
