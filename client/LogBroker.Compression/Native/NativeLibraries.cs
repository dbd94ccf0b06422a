using System.Reflection;
using System.Runtime.InteropServices;

namespace LogBroker.Compression.Native;

/// <summary>Finds the system's codec libraries by the names they are installed under.</summary>
internal static class NativeLibraries
{
    public const string Lz4 = "lz4";
    public const string Zstd = "zstd";

    static NativeLibraries() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>Called by each importing type before its first call, so that the resolver is in place.</summary>
    public static void EnsureResolved()
    {
    }

    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name switch
    {
        Lz4 => Load(name, ["liblz4.so.1", "liblz4.1.dylib", "liblz4.dll"], "liblz4-1"),
        Zstd => Load(name, ["libzstd.so.1", "libzstd.1.dylib", "libzstd.dll"], "libzstd1"),
        _ => 0,
    };

    internal static nint Load(string name, ReadOnlySpan<string> files, string package)
    {
        foreach (string file in files)
        {
            if (NativeLibrary.TryLoad(file, out nint handle)) return handle;
        }

        throw new DllNotFoundException(
            $"The {name} library ({files[0]}) is not installed; batches compressed with {name} cannot be read or written"
            + $" without it. On Debian and Ubuntu: apt-get install {package}");
    }
}
