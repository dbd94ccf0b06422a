using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Partitions;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Runtime;

/// <summary>What all parts of one consumer share.</summary>
internal sealed class ConsumerContext(Cluster cluster, string? groupId, ConsumerOptions options) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopped = new();

    public Cluster Cluster { get; } = cluster;

    /// <summary>The group; null reads what it is assigned and commits nothing.</summary>
    public string? GroupId { get; } = groupId;

    public ConsumerOptions Options { get; } = options;

    public ConnectionPool Pool { get; } = cluster.NewPool();

    public ConsumerActor Actor { get; } = new();

    public PartitionTable Table { get; } = new();

    public Delivery Delivery { get; } = new();

    public TimeProvider Time => Cluster.Time;

    public ILogger Logger => Cluster.Logger;

    /// <summary>Cancelled when the background is to end.</summary>
    public CancellationToken Stopped => _stopped.Token;

    public bool IsStopped => _stopped.IsCancellationRequested;

    /// <summary>The group's id.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public string RequireGroup() => GroupId
        ?? throw new InvalidOperationException("This needs a group: give CreateConsumer a group id.");

    /// <summary>Ends the background's waits.</summary>
    public Task StopAsync() => _stopped.CancelAsync();

    public ValueTask DisposeAsync() => Pool.DisposeAsync();
}
