using System.Collections.Immutable;
using LogBroker.Protocol;

namespace LogBroker.Storage.Producers;

/// <summary>What a log knows of its idempotent and transactional producers.</summary>
/// <remarks>Owned by its log. One writer under the log's lock; the snapshots of it may be read by any thread.</remarks>
internal sealed class ProducerStates
{
    /// <summary>The first offset of the oldest open transaction; null when none is open.</summary>
    public Offset? FirstUnstableOffset { get; }

    /// <summary>The producers with state.</summary>
    public ImmutableArray<ActiveProducer> Active { get; } = [];
}
