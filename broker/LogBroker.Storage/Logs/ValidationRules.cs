using LogBroker.Protocol;

namespace LogBroker.Storage.Logs;

/// <summary>What a batch is checked against.</summary>
/// <param name="Partition">For the messages.</param>
/// <param name="Options">The topic's.</param>
/// <param name="Origin">Who appends.</param>
/// <param name="Now">The broker's time in milliseconds.</param>
/// <param name="DecompressedBytesMax">What a compressed batch may decompress to.</param>
/// <param name="ChecksCompressedRecords">Whether every compressed batch is looked into; else only one that must be.</param>
internal readonly record struct ValidationRules(
    TopicPartition Partition,
    LogOptions Options,
    AppendOrigin Origin,
    long Now,
    int DecompressedBytesMax,
    bool ChecksCompressedRecords);
