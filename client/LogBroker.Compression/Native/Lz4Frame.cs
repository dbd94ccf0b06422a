using System.Runtime.InteropServices;

namespace LogBroker.Compression.Native;

/// <summary>The frame functions of liblz4 (lz4frame.h, stable since 1.7).</summary>
internal static unsafe partial class Lz4Frame
{
    public const uint Version = 100;
    public const int BlockSize64KB = 4;
    public const int BlockIndependent = 1;

    static Lz4Frame() => NativeLibraries.EnsureResolved();

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_getErrorName")]
    public static partial byte* GetErrorName(nuint code);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_compressFrameBound")]
    public static partial nuint CompressFrameBound(nuint sourceBytes, in Lz4Preferences preferences);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_compressFrame")]
    public static partial nuint CompressFrame(
        byte* target, nuint targetBytes, byte* source, nuint sourceBytes, in Lz4Preferences preferences);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_createDecompressionContext")]
    public static partial nuint CreateDecompressionContext(out nint context, uint version);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_freeDecompressionContext")]
    public static partial nuint FreeDecompressionContext(nint context);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_decompress")]
    public static partial nuint Decompress(
        Lz4DecompressionHandle context,
        byte* target,
        ref nuint targetBytes,
        byte* source,
        ref nuint sourceBytes,
        nint options);

    public static string TextOf(nuint error) =>
        Marshal.PtrToStringUTF8((nint)GetErrorName(error)) ?? "unknown error";
}

/// <summary>LZ4F_preferences_t with its LZ4F_frameInfo_t laid flat.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Lz4Preferences
{
    public int BlockSizeId;
    public int BlockMode;
    public int HasContentChecksum;
    public int FrameType;
    public ulong ContentSize;
    public uint DictionaryId;
    public int HasBlockChecksum;
    public int CompressionLevel;
    public uint AutoFlush;
    public uint FavorDecompressionSpeed;
    public uint Reserved0;
    public uint Reserved1;
    public uint Reserved2;
}

/// <summary>Owns an LZ4F_dctx.</summary>
internal sealed class Lz4DecompressionHandle : SafeHandle
{
    public Lz4DecompressionHandle()
        : base(0, ownsHandle: true)
    {
        nuint result = Lz4Frame.CreateDecompressionContext(out nint context, Lz4Frame.Version);
        if (Lz4Frame.IsError(result) != 0)
            throw new InvalidOperationException($"liblz4 gave no decompression context: {Lz4Frame.TextOf(result)}");
        SetHandle(context);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => Lz4Frame.IsError(Lz4Frame.FreeDecompressionContext(handle)) == 0;
}
