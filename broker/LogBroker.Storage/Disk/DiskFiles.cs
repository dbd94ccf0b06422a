namespace LogBroker.Storage.Disk;

/// <summary>Small whole files on an <see cref="IDisk"/>.</summary>
internal static class DiskFiles
{
    /// <summary>Ends the name of a file that is being written and will take another's place.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>All of a file; null when there is nothing of that name.</summary>
    public static byte[]? ReadAll(this IDisk disk, string path)
    {
        if (!disk.FileExists(path))
        {
            return disk.DirectoryExists(path)
                ? throw new DiskException(DiskFault.Other, "open", path, "it is a directory")
                : null;
        }

        using IDiskFile file = disk.Open(path, FileOpening.ReadOnly);
        var content = new byte[file.Length];
        int read = file.Read(content, 0);
        return read == content.Length ? content : content[..read];
    }

    /// <summary>Puts <paramref name="content"/> in the place of a file, so that after a crash either the old or the new
    /// content is there, whole; durable on return.</summary>
    public static void Replace(this IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + TemporarySuffix;
        disk.Write(temporary, content);
        disk.Rename(temporary, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes a whole file in place and syncs its content, but not its name.</summary>
    public static void Write(this IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        using IDiskFile file = disk.Open(path, FileOpening.OrCreate);
        file.SetLength(0);
        file.Write(content, 0);
        file.SyncData();
    }
}
