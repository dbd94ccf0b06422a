namespace LogBroker.Protocol.Framing;

/// <summary>A run of a frame: bytes in memory, or records that lie elsewhere.</summary>
public readonly record struct FramePiece(ReadOnlyMemory<byte> Bytes, IRecords? Records)
{
    public int SizeInBytes => Records?.SizeInBytes ?? Bytes.Length;
}
