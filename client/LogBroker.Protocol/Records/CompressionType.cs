namespace LogBroker.Protocol.Records;

/// <summary>The codec of a record batch, as bits 0 to 2 of its attributes.</summary>
public enum CompressionType : byte
{
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,
    Zstd = 4,
}
