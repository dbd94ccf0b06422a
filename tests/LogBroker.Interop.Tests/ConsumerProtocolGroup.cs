using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>A broker, a topic that is written to without a pause, and a group whose members are processes of their own.</summary>
/// <remarks>Owned by one test, used from one thread at a time. While it waits it reads the group's history, so that a rule that is
/// broken ends the test at once.</remarks>
internal sealed class ConsumerProtocolGroup : IDisposable
{
    public const int Partitions = 6;
    private const int RecordsPerSecond = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // Members that are killed are missed after twelve seconds, not 45.
    private static readonly Dictionary<string, string> Settings = new(BrokerSettings.ForTests)
    {
        ["group.initial.rebalance.delay.ms"] = "0",
        ["group.consumer.min.session.timeout.ms"] = "6000",
        ["group.consumer.session.timeout.ms"] = "12000",
        ["group.consumer.min.heartbeat.interval.ms"] = "500",
        ["group.consumer.heartbeat.interval.ms"] = "500",
    };

    private readonly Dictionary<string, ChildProcess> _members = new(StringComparer.Ordinal);
    private readonly BrokerProcess _broker;
    private readonly SteadyPublisher _publisher;
    private readonly string _topic;

    private ConsumerProtocolGroup(BrokerProcess broker, SteadyPublisher publisher, string topic)
    {
        _broker = broker;
        _publisher = publisher;
        _topic = topic;
    }

    public ConsumerProtocolHistory History { get; } = new(Partitions);

    public string Bootstrap => _broker.Bootstrap;

    /// <summary>The group's id.</summary>
    public string Id => $"group-of-{_topic}";

    public static async Task<ConsumerProtocolGroup> StartAsync()
    {
        await ClientInstallation.EnsureAsync();
        BrokerProcess broker = await TestedBroker.StartAsync(WrittenLogs.NewDirectory("consumer-protocol"), Settings);
        string topic = BrokerFixture.NewTopic("consumer-protocol");
        await TopicSetup.CreateAsync(broker.Bootstrap, topic, Partitions);
        return new ConsumerProtocolGroup(
            broker, SteadyPublisher.Start(broker.Bootstrap, topic, RecordsPerSecond), topic);
    }

    /// <summary>Starts a member and waits until the partitions are shared out evenly among all.</summary>
    public async Task AddAsync(ConsumerProtocolClient client, string member, params string[] settings)
    {
        _members.Add(member, Start(client, member, settings));
        await AwaitEvenSharesAsync();
    }

    /// <summary>Starts somebody who is not let in, and waits until it says why.</summary>
    public async Task ExpectRefusalAsync(
        ConsumerProtocolClient client, string member, string reason, params string[] settings)
    {
        using ChildProcess refused = Start(client, member, settings);
        await refused.WaitForErrorTextAsync(reason, Patience);
        Assert.Contains(reason, refused.Errors, StringComparison.Ordinal);
    }

    /// <summary>SIGKILLs a member and waits until the others have its partitions.</summary>
    public async Task KillAsync(string member)
    {
        _members[member].Signal(UnixSignal.Kill);
        await _members[member].WaitForExitAsync(Patience);
        History.SayKilled(member);
        Forget(member);
        await AwaitEvenSharesAsync();
    }

    /// <summary>Lets a member leave in good order and waits until the others have its partitions.</summary>
    public async Task StopAsync(string member)
    {
        _members[member].Signal(UnixSignal.Terminate);
        await _members[member].WaitForExitAsync(Patience);
        await AwaitAsync(() => History.HasClosed(member), $"{member} to say that it is closed");
        Forget(member);
        if (_members.Count > 0) await AwaitEvenSharesAsync();
    }

    /// <summary>SIGKILLs the broker and starts it again.</summary>
    public async Task CrashBrokerAsync()
    {
        await _broker.KillAsync();
        await _broker.StartAsync();
    }

    /// <summary>Waits until more records were processed, and of every partition.</summary>
    public async Task AwaitProgressAsync()
    {
        long[] before = [.. History.Committed];
        await AwaitAsync(
            () => History.Committed.Zip(before).All(pair => pair.First > pair.Second), "every partition to be read on");
    }

    /// <summary>Stops writing, waits until all is processed and committed, and stops the members.</summary>
    public async Task FinishAsync()
    {
        await _publisher.FinishAsync();
        long[] written = new long[Partitions];
        for (int partition = 0; partition < Partitions; partition++)
        {
            written[partition] = await ForeignClients.LibrdkafkaC.FindOffsetAsync(Bootstrap, _topic, partition, "latest");
        }

        await AwaitAsync(
            () => History.Committed.SequenceEqual(written), $"[{string.Join(' ', written)}] to be committed");
        Assert.Equal(written.Sum(), History.Processed);
        foreach (string member in _members.Keys.ToArray())
        {
            await StopAsync(member);
        }

        await _broker.StopAsync();
    }

    public void Dispose()
    {
        foreach (ChildProcess member in _members.Values)
        {
            member.Dispose();
        }

        _publisher.Dispose();
        _broker.Dispose();
        History.Dispose();
    }

    private ChildProcess Start(ConsumerProtocolClient client, string member, string[] settings)
    {
        ProcessCommand program = client.Program.With([Bootstrap, Id, _topic, member, .. settings]);
        return ChildProcess.Start(new ProcessCommand(
            "/bin/sh", ["-c", "exec \"$@\" >> \"$0\"", History.Path, program.File, .. program.Arguments])
        {
            Environment = program.Environment,
        });
    }

    private Task AwaitEvenSharesAsync() => AwaitAsync(
        () => _members.Keys.ToHashSet().SetEquals(History.Owners.Keys) && History.Owners.Values.Sum() == Partitions &&
              History.Owners.Values.Max() - History.Owners.Values.Min() <= 1,
        $"{string.Join(", ", _members.Keys)} to share the partitions");

    private Task AwaitAsync(Func<bool> condition, string what) => Deadline.PollAsync(
        () =>
        {
            History.ReadOn();
            foreach ((string name, ChildProcess member) in _members)
            {
                Assert.False(member.HasExited && !History.HasClosed(name) && member.ExitCode != 143, $"{name} ended: {member.Errors}");
            }

            return condition();
        },
        Patience,
        () => $"waited in vain for {what}\n{History}\n{string.Join('\n', _members.Select(one => $"{one.Key}: {one.Value.Errors}"))}\n{_broker.Log}");

    private void Forget(string member)
    {
        _members[member].Dispose();
        _members.Remove(member);
    }
}

/// <summary>A client library with a program for members of groups of either protocol.</summary>
internal sealed record ConsumerProtocolClient(ProcessCommand Program)
{
    public static ConsumerProtocolClient Java => new(KafkaTools.Class("ConsumerProtocolMember"));

    public static ConsumerProtocolClient Librdkafka => new(new ProcessCommand(
        Path.Combine(InteropEnvironment.InstalledDirectory, "librdkafka-consumer-protocol-member"))
    {
        Environment = ModernLibrdkafka.ProcessEnvironment,
    });
}
