using System.Runtime.InteropServices;

namespace LogBroker.Compression.Native;

/// <summary>The streaming functions of libzstd (zstd.h, stable since 1.4).</summary>
internal static unsafe partial class ZstdStream
{
    public const int CompressionLevel = 100;
    public const int WindowLogMax = 100;
    public const int ResetSessionOnly = 1;
    public const int End = 2;

    static ZstdStream() => NativeLibraries.EnsureResolved();

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_getErrorName")]
    public static partial byte* GetErrorName(nuint code);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDecompressionContext();

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompressionContext(nint context);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(ZstdDecompressionHandle context, int parameter, int value);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_DCtx_reset")]
    public static partial nuint Reset(ZstdDecompressionHandle context, int directive);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(
        ZstdDecompressionHandle context, ref ZstdBuffer output, ref ZstdBuffer input);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_sizeof_DCtx")]
    public static partial nuint SizeOf(ZstdDecompressionHandle context);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint CreateCompressionContext();

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompressionContext(nint context);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetParameter(ZstdCompressionHandle context, int parameter, int value);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_CCtx_reset")]
    public static partial nuint Reset(ZstdCompressionHandle context, int directive);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Compress(
        ZstdCompressionHandle context, ref ZstdBuffer output, ref ZstdBuffer input, int directive);

    public static string TextOf(nuint error) =>
        Marshal.PtrToStringUTF8((nint)GetErrorName(error)) ?? "unknown error";

    public static void ThrowIfError(nuint result)
    {
        if (IsError(result) != 0) throw new InvalidOperationException($"libzstd failed: {TextOf(result)}");
    }
}

/// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which have the same form.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer
{
    public byte* Start;
    public nuint SizeInBytes;
    public nuint Position;
}

/// <summary>Owns a ZSTD_DCtx.</summary>
internal sealed class ZstdDecompressionHandle : SafeHandle
{
    public ZstdDecompressionHandle()
        : base(0, ownsHandle: true)
    {
        SetHandle(ZstdStream.CreateDecompressionContext());
        if (IsInvalid) throw new InvalidOperationException("libzstd gave no decompression context.");
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => ZstdStream.IsError(ZstdStream.FreeDecompressionContext(handle)) == 0;
}

/// <summary>Owns a ZSTD_CCtx.</summary>
internal sealed class ZstdCompressionHandle : SafeHandle
{
    public ZstdCompressionHandle()
        : base(0, ownsHandle: true)
    {
        SetHandle(ZstdStream.CreateCompressionContext());
        if (IsInvalid) throw new InvalidOperationException("libzstd gave no compression context.");
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => ZstdStream.IsError(ZstdStream.FreeCompressionContext(handle)) == 0;
}
