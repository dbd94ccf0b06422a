using System.Security.Cryptography;
using System.Text;

namespace LogBroker.Interop.Tests;

/// <summary>A text file of lines, written once, with the SHA-256 of its bytes.</summary>
internal sealed record HashedLines(string Path, int Count, string Hash) : IDisposable
{
    /// <summary>Numbered lines of 100 bytes (newline not counted), random but for the number; the seed is part of the hash.</summary>
    public static HashedLines Random(int count, int seed)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .";
        var random = new Random(seed);
        return Write(Enumerable.Range(0, count).Select(i => $"{i,9} {random.GetString(Alphabet, 90)}"));
    }

    /// <summary>
    /// At least so many bytes of text that people wrote: the API documentation that comes with the .NET SDK, less its
    /// empty lines, which kcat does not send.
    /// </summary>
    public static HashedLines Prose(int bytes)
    {
        int taken = 0;
        IEnumerable<string> lines = DocumentationFiles()
            .SelectMany(File.ReadLines)
            .Where(line => line.Length > 0)
            .TakeWhile(line => (taken += Encoding.UTF8.GetByteCount(line) + 1) < bytes + 100_000);
        HashedLines written = Write(lines);
        Assert.True(new FileInfo(written.Path).Length >= bytes, "the SDK's documentation is smaller than the test wants");
        return written;
    }

    public void Dispose() => File.Delete(Path);

    private static IEnumerable<string> DocumentationFiles()
    {
        string runtime = System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string packs = System.IO.Path.GetFullPath(System.IO.Path.Combine(runtime, "..", "..", "..", "packs"));
        return Directory.EnumerateFiles(packs, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
    }

    private static HashedLines Write(IEnumerable<string> lines)
    {
        string path = System.IO.Path.GetTempFileName();
        int count = 0;
        using (var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16))
        {
            foreach (string line in lines)
            {
                writer.Write(line);
                writer.Write('\n');
                count++;
            }
        }

        using FileStream written = File.OpenRead(path);
        return new HashedLines(path, count, Convert.ToHexString(SHA256.HashData(written)));
    }
}
