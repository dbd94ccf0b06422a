using LogBroker.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace LogBroker.Coordination.Runtime;

/// <summary>What the shards of a coordinator share.</summary>
public sealed record CoordinatorEnvironment
{
    public required TimeProvider Time { get; init; }

    /// <summary>Runs a load in the background; a test or a simulation may run it at once.</summary>
    public required Action<Action> RunInBackground { get; init; }

    /// <summary>The codec of a kind of compression, for batches that others wrote; null when there is none.</summary>
    public required Func<CompressionType, ICompressionCodec?> CodecOf { get; init; }

    /// <summary>How the coordinator compresses what it writes (<c>offsets.topic.compression.codec</c>).</summary>
    public CompressionType Compression { get; init; }

    public required ILogger Logger { get; init; }
}
