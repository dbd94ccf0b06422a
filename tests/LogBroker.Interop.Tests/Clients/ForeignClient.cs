
namespace LogBroker.Interop.Tests.Clients;

/// <summary>A Kafka client that nobody here wrote, run as a child process for each thing it does.</summary>
internal abstract class ForeignClient(string name)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    public string Name { get; } = name;

    public bool Administers { get; init; } = true;

    public bool Pulls { get; init; } = true;

    /// <summary>The codecs it can publish with, by Kafka's names.</summary>
    public IReadOnlyList<string> Codecs { get; init; } = ["none", "gzip", "snappy", "lz4", "zstd"];

    /// <summary>Codecs in which it reads what others wrote, where that is fewer than it writes.</summary>
    public IReadOnlyList<string> UnreadableCodecs { get; init; } = [];

    public bool PublishesTimestamps { get; init; } = true;

    public bool PublishesNullHeaderValues { get; init; } = true;

    /// <summary>Whether it publishes a record that has neither key nor value.</summary>
    public bool PublishesBareRecords { get; init; } = true;

    /// <summary>Whether it can tell an empty key or value from a null one when publishing.</summary>
    public bool PublishesEmptyFields { get; init; } = true;

    /// <summary>What an offset lookup past the last timestamp gives: -1, or the end for clients that make it so.</summary>
    public bool AnswersEndForLateTime { get; init; }

    public abstract Task CreateTopicAsync(string bootstrap, string topic, int partitions, params string[] configs);

    public abstract Task DeleteTopicAsync(string bootstrap, string topic);

    public abstract Task<IReadOnlyList<string>> ListTopicsAsync(string bootstrap);

    /// <summary>The leader of each partition in order, or empty while the client does not know the topic.</summary>
    public abstract Task<IReadOnlyList<int>> DescribeLeadersAsync(string bootstrap, string topic);

    public abstract Task PublishAsync(
        string bootstrap, string topic, int partition, string codec, IReadOnlyList<ForeignRecord> records);

    /// <param name="where"><c>earliest</c>, <c>latest</c> or <c>time:MS</c>.</param>
    public abstract Task<long> FindOffsetAsync(string bootstrap, string topic, int partition, string where);

    public async Task<IReadOnlyList<PulledRecord>> PullAsync(
        string bootstrap, string topic, int partition, StartPosition from, int count)
    {
        ProcessOutcome outcome = await ChildProcess.RunAsync(PullCommand(bootstrap, topic, partition, from, count));
        return ParsePulled(outcome.Succeeded());
    }

    /// <summary>Starts at the end, lets others publish once the position is fixed, and returns what then came.</summary>
    public async Task<IReadOnlyList<PulledRecord>> PullFromEndAsync(
        string bootstrap, string topic, int partition, int count, Func<Task> publish)
    {
        ProcessCommand command = PullCommand(bootstrap, topic, partition, StartPosition.End, count);
        using var child = ChildProcess.Start(command);
        using var output = new MemoryStream();
        await child.WaitForErrorTextAsync(ReadyText, ReadyLimit);
        await publish();
        (int exitCode, string errors) = await child.CompleteAsync(default, output, ChildProcess.DefaultTimeLimit);
        return ParsePulled(new ProcessOutcome(command.ToString(), exitCode, output.ToArray(), errors).Succeeded());
    }

    /// <summary>What the client says on standard error once its start position is fixed.</summary>
    protected virtual string ReadyText => "ready";

    protected abstract ProcessCommand PullCommand(
        string bootstrap, string topic, int partition, StartPosition from, int count);

    protected abstract IReadOnlyList<PulledRecord> ParsePulled(ProcessOutcome outcome);
}
