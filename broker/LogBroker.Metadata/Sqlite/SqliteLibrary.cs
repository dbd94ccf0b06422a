using System.Reflection;
using System.Runtime.InteropServices;

namespace LogBroker.Metadata.Sqlite;

/// <summary>Chooses the native SQLite once per process: the operating system's, which is kept patched, where there is one;
/// otherwise the one that comes with the package.</summary>
internal static class SqliteLibrary
{
    private const string SystemLibrary = "libsqlite3.so.0";

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Makes SQLite ready to be used; cheap when it already is.</summary>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
        SQLitePCL.Batteries_V2.Init();
        return true;
    }

    private static IntPtr Resolve(string libraryName, Assembly assembly, DllImportSearchPath? searchPath) =>
        libraryName == "e_sqlite3" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad(SystemLibrary, out var handle)
            ? handle
            : IntPtr.Zero;
}
