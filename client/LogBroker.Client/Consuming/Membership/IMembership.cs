using LogBroker.Client.Metadata;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>A consumer's part in its group, by one of the two protocols. An activity of the actor.</summary>
internal interface IMembership
{
    /// <summary>Who the consumer is in the group; null while it is no member.</summary>
    GroupIdentity? Identity { get; }

    /// <summary>Joins, stays and joins again until the consumer stops.</summary>
    /// <exception cref="KafkaException">The group does not take the consumer, and never will as it is.</exception>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>The consumer wants other topics.</summary>
    void Resubscribe(Subscription subscription);

    /// <summary>There is news of the cluster.</summary>
    void Notice(ClusterSnapshot snapshot);

    /// <summary>Has <see cref="RunAsync"/> end after the exchange with the group that is under way: cut off in the middle, the group could count
    /// the consumer a generation further than it knows, and take no last commit.</summary>
    void End();

    /// <summary>Tells the group that the consumer goes, once <see cref="RunAsync"/> has ended; best effort.</summary>
    Task LeaveAsync(CancellationToken cancellationToken);
}
