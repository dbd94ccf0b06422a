using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Tests.Groups.Consumer;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Migration;

/// <summary>One random history, and what must hold after each of its steps.</summary>
internal sealed class MigrationModel : IDisposable
{
    private const int Rounds = 60;
    private const int RoundOfFarewell = 30;

    private static readonly string[] Topics = ["orders", "payments"];

    private readonly Random _random;
    private readonly MigrationHarness _harness = new();
    private readonly List<ClassicClient> _old = [];
    private readonly List<ModelClient> _young = [];
    private readonly Dictionary<TopicIdPartition, long> _committed = [];
    private readonly bool _isCooperative;
    private GroupProgressMark _mark = GroupProgressMark.None;
    private int _names;

    public MigrationModel(int seed)
    {
        _random = new Random(seed);
        _isCooperative = _random.Next(2) == 0;
        _harness.Settings = _harness.Settings with
        {
            AssignmentInterval = _random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(2),
            SizeMax = 5,
            ClassicSizeMax = 4,
        };
        _harness.Topics.Create(Topics[0], 3);
    }

    public void Dispose() => _harness.Dispose();

    public void Step()
    {
        switch (_random.Next(24))
        {
            case 0 when _old.Count < 4: _old.Add(NewClassic()); break;
            case 1 when _young.Count < 3: _young.Add(new ModelClient($"member-{_names++}", FreeInstance()) { Topics = Topics }); break;
            case 2 when _old.Count > 0: Take(_old).Leave(); break;
            case 3 when _young.Count > 0: Leave(Take(_young)); break;
            case 4 when _old.Count > 0: Take(_old).Disconnect(); break; // killed: nobody hears of it before its session ends
            case 5 when _young.Count > 0: Take(_young); break;
            case 6 when _old.Count > 0: Any(_old).Disconnect(); break;
            case 7 when _old.Count > 0: Any(_old).Restart(); break;
            case 8 when _random.Next(3) == 0: ChangePolicy(); break;
            case 9 when _random.Next(3) == 0: ChangeTopics(); break;
            case 10: _harness.Advance(TimeSpan.FromSeconds(_random.Next(1, 30))); break;
            case 11 when _random.Next(3) == 0: Restart(); break;
            case 12 or 13: Commit(); break;
            case < 18 when _old.Count > 0: Any(_old).Beat(); break;
            default:
                if (_young.Count > 0) Beat(Any(_young));
                else _harness.Advance(TimeSpan.FromSeconds(1));
                break;
        }

        Check();
        foreach (ClassicClient client in _old)
        {
            client.Hear();
            Check();
        }

        // A consumer group answers at once, also those whom the classic group that it was kept waiting.
        if (_harness.Group is ConsumerGroup) Assert.All(_old, client => Assert.False(client.IsWaiting, "Somebody waits for ever."));
        if (_random.Next(8) == 0) CheckReplay();
    }

    /// <summary>When nothing happens any more but heartbeats, and that one member leaves, all partitions are owned by those who were let
    /// in.</summary>
    public void ComeToRest()
    {
        foreach (ClassicClient client in _old) client.Join(); // a leader looks after topics that came
        for (int round = 0; round < Rounds; round++)
        {
            _harness.Advance(TimeSpan.FromSeconds(3));
            Check();
            if (round == RoundOfFarewell && _old.Count > 1) Take(_old).Leave();
            foreach (ClassicClient client in _old)
            {
                client.Beat();
                Check();
            }

            foreach (ModelClient client in _young)
            {
                client.Obey();
                client.Hear(_harness.Heartbeat(client.Request()));
                Check();
            }
        }

        CheckReplay();
        Assert.All(_old, client => Assert.False(client.IsWaiting, "Somebody waits for ever."));
        if (_old.Count + _young.Count == 0) return;
        Assert.Equal("Stable", _harness.Group!.StateName);
        var all = Topics.SelectMany(name => _harness.Topics.Now.TryGet(name, out var topic)
            ? Enumerable.Range(0, topic.PartitionCount).Select(partition => new TopicIdPartition(topic.Id, partition))
            : []).ToHashSet();
        var owned = Owned().Select(one => one.Partition).ToList();
        Assert.Equal(all, owned.ToHashSet());
        Assert.Equal(all.Count, owned.Count);
    }

    private void Restart()
    {
        _harness.Restart();
        // The generation of a classic group that its leader has not synced is forgotten, as Kafka does it.
        if (_harness.Group is not ConsumerGroup) _mark = GroupProgressMark.None;
    }

    private ClassicClient NewClassic() => new(_harness, Topics, _isCooperative, FreeInstance());

    private string? FreeInstance()
    {
        string instance = $"instance-{_random.Next(3)}";
        bool isFree = _old.All(client => client.InstanceId != instance) && _young.All(client => client.InstanceId != instance);
        return isFree && _random.Next(3) == 0 ? instance : null;
    }

    private void Beat(ModelClient client)
    {
        if (_random.Next(2) == 0) client.Obey();
        if (_random.Next(10) == 0) client.TellEverything();
        var response = _harness.Heartbeat(client.Request());
        if (_random.Next(8) == 0) client.HearNothing();
        else client.Hear(response);
    }

    private void Leave(ModelClient client) => _harness.Heartbeat(new ConsumerGroupHeartbeatRequest
    {
        MemberId = client.MemberId,
        MemberEpoch = client.InstanceId is not null && _random.Next(2) == 0 ? -2 : -1,
        InstanceId = client.InstanceId,
    });

    private void ChangePolicy() =>
        _harness.Settings = _harness.Settings with { MigrationPolicy = (MigrationPolicy)_random.Next(4) };

    private void ChangeTopics()
    {
        string name = Topics[_random.Next(Topics.Length)];
        if (!_harness.Topics.Now.TryGet(name, out var topic)) _harness.Topics.Create(name, _random.Next(1, 6));
        else _harness.Topics.Widen(name, Math.Min(8, topic.PartitionCount + _random.Next(1, 3)));
    }

    /// <summary>Somebody commits for a partition it reads.</summary>
    private void Commit()
    {
        var readers = Owned().ToList();
        if (readers.Count == 0) return;
        var (member, epoch, partition) = readers[_random.Next(readers.Count)];
        if (!_harness.Topics.Now.TryGet(partition.TopicId, out var topic)) return;
        long offset = _committed.GetValueOrDefault(partition) + 1;
        if (_harness.Commit(member, epoch, topic.Id, topic.Name, partition.Partition, offset) == ErrorCode.None)
            _committed[partition] = offset;
    }

    /// <summary>What clients read from that are members now; who was thrown out and does not know counts no more, nor a static member
    /// that missed a generation.</summary>
    private IEnumerable<(string Member, int Epoch, TopicIdPartition Partition)> Owned() =>
        _old.Where(client => GroupProgressMark.HasMember(_harness.Group, client.MemberId, client.Generation))
            .SelectMany(client => client.Owned.Select(partition => (client.MemberId, client.Generation, partition)))
            .Concat(_young.Where(client => client.Epoch != 0 && GroupProgressMark.HasMember(_harness.Group, client.MemberId, client.Epoch))
                .SelectMany(client => client.Owned.Select(partition => (client.MemberId, client.Epoch, partition))));

    private void Check()
    {
        GroupProgressMark mark = GroupProgressMark.Of(_harness.Group);
        Assert.True(mark.Follows(_mark), $"{_mark} became {mark}");
        _mark = mark;
        Assert.All(Owned().GroupBy(one => one.Partition), readers => Assert.Single(readers));
        if (_harness.Group is ConsumerGroup { State: var state })
        {
            Assert.All(Owned(), one => Assert.Equal(one.Member, state.Owners.GetValueOrDefault(one.Partition)));
            Assert.True(state.AssignmentEpoch <= state.Epoch);
        }

        foreach ((TopicIdPartition partition, long offset) in _committed)
        {
            Assert.True(_harness.Topics.Now.TryGet(partition.TopicId, out var topic));
            Assert.Equal(offset, _harness.Committed(topic.Id, topic.Name, partition.Partition));
        }
    }

    private void CheckReplay()
    {
        IGroup? replayed = _harness.Replayed();
        Assert.Equal(_harness.Group?.Type, replayed?.Type);
        if (GroupProgressMark.TextOf(_harness.Group) is { } live) Assert.Equal(live, GroupProgressMark.TextOf(replayed));
    }

    private T Any<T>(List<T> list) => list[_random.Next(list.Count)];

    private T Take<T>(List<T> list)
    {
        T one = Any(list);
        list.Remove(one);
        return one;
    }
}
