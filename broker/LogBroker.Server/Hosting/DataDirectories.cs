namespace LogBroker.Server.Hosting;

/// <summary>Sees to it that the data directories are there and can be written before anything else is started.</summary>
internal static class DataDirectories
{
    /// <summary>Creates what is missing and writes and removes a file in each directory.</summary>
    /// <exception cref="StartFailedException">A directory cannot be created or written.</exception>
    public static void Prepare(BrokerOptions options)
    {
        foreach (string folder in options.LogDirectories.Add(Path.GetDirectoryName(options.MetadataFile)!).Distinct(StringComparer.Ordinal))
        {
            try
            {
                Directory.CreateDirectory(folder);
                string probe = Path.Combine(folder, $".write-probe-{Environment.ProcessId}");
                File.WriteAllBytes(probe, []);
                File.Delete(probe);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new StartFailedException($"Cannot create or write the data directory {folder}: {failure.Message}", failure);
            }
        }
    }
}
