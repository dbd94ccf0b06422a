using System.Collections.Concurrent;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>A member of a group that reads for as long as it lives, with a client of its own.</summary>
internal sealed class GroupMemberRun : IRebalanceListener, IAsyncDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly LogBrokerClient _client;
    private readonly Task _reading;

    public GroupMemberRun(ClientTarget target, string? group, ConsumerOptions options, Action<Consumer<string, string>> subscribe)
    {
        _client = target.NewClient();
        Consumer = _client.CreateConsumer<string, string>(group, options with { RebalanceListener = this });
        subscribe(Consumer);
        _reading = Task.Run(ReadAsync);
    }

    public Consumer<string, string> Consumer { get; }

    public ConcurrentQueue<ConsumedRecord<string, string>> Records { get; } = new();

    public ConcurrentQueue<string> Events { get; } = new();

    public int Owned => Consumer.Assignment.Count;

    /// <summary>How many partitions it has by what the listener was told; that follows what it owns.</summary>
    public int Told => Events.Sum(told => (told.StartsWith("assigned", StringComparison.Ordinal) ? 1 : -1)
        * (told.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length - 1));

    public async Task StopAsync()
    {
        await Consumer.DisposeAsync();
        await EndAsync();
    }

    /// <summary>Is gone without a word to the group.</summary>
    public async Task KillAsync()
    {
        await Consumer.Core.Context.StopAsync();
        await Consumer.Core.Context.DisposeAsync();
        await EndAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    public ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        Note("assigned", partitions);

    public ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        Note("revoked", partitions);

    public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        Note("lost", partitions);

    private ValueTask Note(string what, IReadOnlyCollection<TopicPartition> partitions)
    {
        Events.Enqueue($"{what} {string.Join(' ', partitions.Select(partition => partition.Partition).Order())}");
        return ValueTask.CompletedTask;
    }

    private async Task EndAsync()
    {
        await _cancel.CancelAsync();
        try
        {
            await _reading.WaitAsync(Filling.Patience);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // As it should.
        }
        await _client.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        await foreach (var record in Consumer.ReadAsync(_cancel.Token)) Records.Enqueue(record);
    }
}
