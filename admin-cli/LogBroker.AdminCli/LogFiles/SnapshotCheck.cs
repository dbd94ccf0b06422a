using System.Buffers.Binary;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.LogFiles;

/// <summary>Checks snapshots of producers: a version, a checksum, and what it covers.</summary>
internal static class SnapshotCheck
{
    private const short Version = 1;
    private const int CrcAt = 2;
    private const int EntriesAt = 6;

    /// <returns>One fault at most.</returns>
    public static IEnumerable<LogFault> Run(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < EntriesAt + sizeof(int)) return [Damaged(path, null, $"it has {bytes.Length} bytes, too few for a snapshot")];
        short version = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (version != Version) return [Damaged(path, 0, $"its version is {version}, not {Version}")];
        uint said = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(CrcAt));
        uint has = Crc32C.Compute(bytes.AsSpan(EntriesAt));
        return said == has ? [] : [Damaged(path, CrcAt, $"its checksum is {said:x8}, and its bytes have {has:x8}")];
    }

    private static LogFault Damaged(string path, long? position, string message) =>
        new(LogFaultKind.DamagedSnapshot, path, position, null, message);
}
