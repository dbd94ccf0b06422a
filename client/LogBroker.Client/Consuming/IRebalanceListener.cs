using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>Is told what a consumer of a group gets and gives up. Every method may be left out.</summary>
/// <remarks>Called from the consumer's background, one at a time; the group goes on when the returned task completes, so it must
/// within <see cref="ConsumerOptions.MaxPollInterval"/>. The consumer's own methods may be awaited inside. What it throws is thrown
/// to whoever reads.</remarks>
public interface IRebalanceListener
{
    /// <summary>The consumer has got partitions; nothing of them has been read. Seek here to start elsewhere than at what is
    /// committed.</summary>
    ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>The consumer gives partitions up. No record of them is in work any more and, with automatic commits, what was done is
    /// committed; a commit here still counts.</summary>
    ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>Partitions were taken from the consumer, which was silent for too long: others may read them already and no commit
    /// counts.</summary>
    ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        OnRevokedAsync(partitions, cancellationToken);
}
