using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Groups;

/// <summary>A group with its topic, a producer that never stops, and the journal of its members, watched all the time.</summary>
/// <remarks>Owned by one test. Every wait fails at once when the history of the group has a fault or a member has ended.</remarks>
internal sealed class TestedGroup : IDisposable
{
    public const int Partitions = 6;
    private const int RecordsPerSecond = 200;

    // Longer than a broker takes to start again on a machine that is busy, Apache Kafka above all: kafkajs does not say that it lost all.
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(InteropEnvironment.TargetIsKafka ? 20 : 12);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly BrokerProcess _broker;
    private readonly GroupJournal _journal = new();
    private readonly List<GroupMember> _members = [];
    private readonly StressProducer _producer;
    private readonly string _name;

    private TestedGroup(BrokerProcess broker, string name, StressProducer producer)
    {
        _broker = broker;
        _name = name;
        _producer = producer;
    }

    public GroupHistory History { get; } = new(Partitions);

    /// <summary>Makes a topic, which has the group's name, and publishes to it.</summary>
    public static async Task<TestedGroup> StartAsync(BrokerProcess broker, string purpose)
    {
        string name = BrokerFixture.NewTopic(purpose);
        return new TestedGroup(broker, name, await StressProducer.StartAsync(broker, name, Partitions, RecordsPerSecond));
    }

    /// <summary>Starts a member; its name is words and a digit, joined by <c>-</c>.</summary>
    public GroupMember Join(GroupClient client, string name, params string[] settings) =>
        Join(client, new MemberRole(_broker.Bootstrap, _name, name, Session, settings));

    /// <summary>Starts a member that stays when it is silent for longer than the others may.</summary>
    public GroupMember JoinForLong(GroupClient client, string name, TimeSpan session, params string[] settings) =>
        Join(client, new MemberRole(_broker.Bootstrap, _name, name, session, settings));

    public async Task KillAsync(GroupMember member)
    {
        _members.Remove(member);
        await member.KillAsync();
        member.Dispose();
    }

    public async Task LeaveAsync(GroupMember member)
    {
        _members.Remove(member);
        await member.LeaveAsync();
        member.Dispose();
    }

    /// <summary>Waits until these share all partitions, and every partition has moved on since.</summary>
    public async Task AwaitSharedAsync(params GroupMember[] members)
    {
        string[] names = [.. members.Select(member => member.Name)];
        long[]? ends = null;
        await AwaitAsync(
            () =>
            {
                if (!History.IsSharedBy(names))
                {
                    ends = null; // Another rebalance: what moves on is looked at when it is over.
                    return false;
                }
                ends ??= Ends();
                return History.Processed.Zip(ends).All(pair => pair.First > pair.Second);
            },
            $"{string.Join(", ", names)} to share all partitions, and each to move on");
    }

    /// <summary>Waits until of every partition a record was processed that was acknowledged after the call.</summary>
    public async Task AwaitProgressAsync()
    {
        ReadOn();
        long[] ends = Ends();
        await AwaitAsync(
            () => History.Processed.Zip(ends).All(pair => pair.First > pair.Second), "every partition to move on");
    }

    /// <summary>Waits until the broker's description of the group is what its members say.</summary>
    public async Task AwaitDescribedAsync() => await DescribeAsync();

    /// <summary>Kills the broker and starts it again: what was committed is there, and the group goes on from it. Members that
    /// end with the broker get a successor.</summary>
    public async Task SurviveBrokerKillAsync()
    {
        GroupDescription before = await DescribeAsync();
        await _broker.KillAsync();
        GroupMember[] lost = [.. _members.Where(member => !member.Client.OutlivesBroker)];
        foreach (GroupMember member in lost)
        {
            await KillAsync(member);
        }

        await _broker.StartAsync();
        GroupDescription? after = null;
        await Deadline.PollAsync(
            async () => (after = await GroupDescription.TryAskAsync(_broker.Bootstrap, _name)) is not null,
            Limit,
            () => $"the broker does not tell of the group\n{Story()}");
        Assert.All(before.Committed, offset => Assert.True(
            after!.Committed.GetValueOrDefault(offset.Key, -1) >= offset.Value,
            $"{offset.Value} was committed of {offset.Key}, {after.Committed.GetValueOrDefault(offset.Key, -1)} is left\n{Story()}"));
        foreach (GroupMember member in lost)
        {
            Join(member.Client, member.Role with { Name = $"again-{member.Name}" });
        }

        await AwaitSharedAsync([.. _members]);
    }

    /// <summary>Ends the producer and waits until everything it was promised has been processed; then all members leave.</summary>
    public async Task FinishAsync()
    {
        await _producer.FinishAsync();
        IReadOnlyList<Ack> acks = _producer.Acks;
        await AwaitAsync(
            () => acks.All(ack => History.Processed[ack.Partition] > ack.Offset), "every record to be processed");
        foreach (GroupMember member in _members.ToArray())
        {
            await LeaveAsync(member);
        }

        ReadOn();
        Assert.All(History.Owners, Assert.Null);
    }

    /// <summary>Waits until a member has ended by itself and said why.</summary>
    public async Task AwaitEndAsync(GroupMember member, string reason)
    {
        _members.Remove(member);
        await AwaitAsync(
            () => !member.IsRunning && _journal.Lines.Any(line => line.Contains(reason, StringComparison.Ordinal)),
            $"{member.Name} to end because of {reason}");
        member.Dispose();
    }

    public async Task AwaitAsync(Func<bool> reached, string what) => await Deadline.PollAsync(
        () =>
        {
            ReadOn();
            Assert.True(_members.TrueForAll(member => member.IsRunning), $"a member has ended\n{Story()}");
            return reached();
        },
        Limit,
        () => $"waited for {what}\n{Story()}");

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _producer.Dispose();
        _journal.Dispose();
    }

    private GroupMember Join(GroupClient client, MemberRole role)
    {
        var member = new GroupMember(_journal, client, role);
        _members.Add(member);
        return member;
    }

    private async Task<GroupDescription> DescribeAsync()
    {
        GroupDescription? described = null;
        await Deadline.PollAsync(
            async () =>
            {
                described = await GroupDescription.TryAskAsync(_broker.Bootstrap, _name);
                ReadOn();
                return described is { State: "Stable" } && described.Members.Count == _members.Count
                    && _members.TrueForAll(member => described.Members.Any(
                        told => told.ClientId == member.Name && told.Owned.SequenceEqual(History.OwnedBy(member.Name))));
            },
            Limit,
            () => $"the broker describes {described?.State}: {Tell(described)}\n{Story()}");
        return described!;
    }

    private void ReadOn()
    {
        foreach (GroupEvent said in _journal.ReadOn())
        {
            History.Add(said);
        }

        Assert.True(History.Faults.Count == 0, $"{string.Join('\n', History.Faults)}\n{Story()}");
    }

    private long[] Ends() => [.. Enumerable.Range(0, Partitions).Select(EndOf)];

    private long EndOf(int partition) =>
        _producer.Acks.Where(ack => ack.Partition == partition).Select(ack => ack.Offset).DefaultIfEmpty(-1).Max();

    private static string Tell(GroupDescription? described) => string.Join(
        "; ", described?.Members.Select(member => $"{member.ClientId} {string.Join(',', member.Owned)}") ?? []);

    private string Story() =>
        $"owners {string.Join(',', History.Owners)}; processed {string.Join(',', History.Processed)}\n{_journal.Tail}\n{_broker.Log}";
}
