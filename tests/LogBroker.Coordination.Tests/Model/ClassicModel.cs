using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Runtime;
using LogBroker.Coordination.Tests.Support;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Model;

/// <summary>A random history of one group: members come, go, die and are paused, offsets are committed, the process is killed
/// with and without what it had not committed, the clock jumps. After each step the invariants are checked.</summary>
internal sealed class ClassicModel : IDisposable
{
    private const int Partitions = 6;

    private readonly Random _random;
    private readonly GroupsFixture _groups = new(new GroupSettings { GroupSizeMax = 5 });
    private readonly ModelMember[] _members;
    private readonly OffsetLedger[] _offsets;
    private readonly List<(Task<CommandResult<OffsetCommitResponse>> Answer, ModelMember By, int Partition, long Offset, int Highest)>
        _commits = [];
    private int _highestSynced;
    private int _deletions;
    private int _life;

    public ClassicModel(int seed)
    {
        _random = new Random(seed);
        _offsets = [.. Enumerable.Range(0, Partitions).Select(_ => new OffsetLedger())];
        _members =
        [
            .. Enumerable.Range(0, 6).Select(number => new ModelMember(_groups, number, number < 2 ? $"static-{number}" : null)
            {
                Assigned = OnAssigned,
                LifeNow = LifeNow,
            }),
        ];
    }

    /// <summary>How often a member was given partitions.</summary>
    public int Assignments { get; private set; }

    /// <summary>How many commits were acknowledged.</summary>
    public int Commits { get; private set; }

    public void Step()
    {
        ModelMember member = _members[_random.Next(_members.Length)];
        switch (_random.Next(100))
        {
            case < 25: member.Join(); break;
            case < 30: member.Leave(); break;
            case < 33: member.Kill(); break;
            case < 36: member.IsPaused = !member.IsPaused; break;
            case < 55: Commit(member); break;
            case < 60: _groups.Partition.CommitsAtOnce = !_groups.Partition.CommitsAtOnce; break;
            case < 68: _groups.Partition.Commit(); break;
            case < 70: Restart(); break;
            case < 71: LoseDisk(); break;
            case < 73: _groups.Advance(TimeSpan.FromSeconds(_random.Next(5, 90))); break;
            case < 74: _groups.Advance(TimeSpan.FromHours(_random.Next(1, 24))); break;
            default: LiveOn(); break;
        }

        Poll();
        CheckInvariants();
    }

    /// <summary>Ends the history: everybody waits for a while, which must end every wait, and falls silent.</summary>
    public void Finish()
    {
        _groups.Partition.CommitsAtOnce = true;
        _groups.Partition.Commit();
        foreach (ModelMember member in _members) member.IsPaused = false;
        for (int i = 0; i < 300; i++)
        {
            _groups.Advance(TimeSpan.FromSeconds(2));
            Poll();
        }

        Assert.All(_members, member => Assert.False(member.IsWaiting, "Somebody waits for ever."));
        _groups.Advance(TimeSpan.FromMinutes(10));
        CheckInvariants();
        if (Live() is { } group) Assert.Equal(ClassicGroupPhase.Empty, group.Phase);
        CheckOffsets();
    }

    public void Dispose() => _groups.Dispose();

    private void LiveOn()
    {
        _groups.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 3000)));
        foreach (ModelMember member in _members)
        {
            if (!member.IsPaused) member.Heartbeat();
        }
    }

    private void Commit(ModelMember member)
    {
        // A paused member is one whose answers are late; it may go on committing what it believes to own.
        if (member.Owned.Count == 0) return;
        int partition = member.Owned[_random.Next(member.Owned.Count)];
        long offset = _offsets[partition].Attempt();
        _commits.Add((
            _groups.CommitAsync(offset, member.MemberId, member.Generation, member.InstanceId, partition: partition),
            member, partition, offset, _highestSynced));
        _ = LifeNow();
        int generation = member.Generation;
        if (_commits[^1].Answer is { IsCompletedSuccessfully: true } answered && ErrorOf(answered) == ErrorCode.None)
            Assert.True(generation >= _highestSynced, $"Generation {generation} committed when {_highestSynced} was given out.");
    }

    private void Restart()
    {
        Poll();
        _groups.Restart();
        foreach (ModelMember member in _members) member.LoseConnection();
        _commits.RemoveAll(commit => !commit.Answer.IsCompleted);
    }

    private void LoseDisk()
    {
        _groups.Partition.Lose(ErrorCode.KafkaStorageError);
        _groups.Advance(TimeSpan.FromSeconds(1));
    }

    private void Poll()
    {
        foreach (ModelMember member in _members) member.Poll(Partitions);
        foreach (var commit in _commits.Where(commit => commit.Answer.IsCompleted).ToArray())
        {
            _commits.Remove(commit);
            if (ErrorOf(commit.Answer) != ErrorCode.None) continue;
            _offsets[commit.Partition].Acknowledge(commit.Offset);
            Commits++;
        }
    }

    private void OnAssigned(ModelMember member)
    {
        Assignments++;
        // The answer may have waited for its commit while the group was deleted.
        if (member.Life == LifeNow()) _highestSynced = Math.Max(_highestSynced, member.Generation);
        foreach (ModelMember other in _members)
        {
            if (other == member || other.Life != member.Life || other.Generation != member.Generation) continue;
            Assert.Empty(other.Owned.Intersect(member.Owned));
        }
    }

    private static ErrorCode ErrorOf(Task<CommandResult<OffsetCommitResponse>> answer)
    {
        Assert.True(answer.IsCompletedSuccessfully);
        return answer.Result.Response?.Topics[0].Partitions[0].ErrorCode ?? answer.Result.Error;
    }

    private void CheckInvariants()
    {
        if (Live() is { } group)
        {
            CheckShape(group);
            CheckGeneration(group);
        }

        bool isQuiet = _groups.Partition.CommittedEnd == _groups.Partition.LogEndOffset
            && _groups.Shard.Status == ShardStatus.Active;
        if (!isQuiet) return;
        CheckOffsets();
        CheckReplay();
    }

    /// <summary>Generations only grow, until the group is deleted and made anew, and a restart keeps all that were synced.</summary>
    private void CheckGeneration(ClassicGroup group)
    {
        _ = LifeNow();
        Assert.True(group.Generation >= _highestSynced, $"Generation {group.Generation} follows {_highestSynced}.");
    }

    /// <summary>A number that changes when the group is deleted, and when that is lost again.</summary>
    private int LifeNow()
    {
        int deletions = _groups.Partition.CountTombstones(GroupMetadataKey.RecordType);
        if (deletions == _deletions) return _life;
        _deletions = deletions;
        _highestSynced = 0;
        return ++_life;
    }

    private static void CheckShape(ClassicGroup group)
    {
        Assert.Equal(group.MemberCount == 0, group.LeaderId is null);
        if (group.LeaderId is { } leader) Assert.NotNull(group.Find(leader));
        Assert.Equal(group.Members.Count(member => member.AwaitingJoin is not null), group.JoiningCount);
        Assert.All(group.PendingSyncs, member => Assert.NotNull(group.Find(member)));
        Assert.All(group.Members, member => Assert.True(
            member.GroupInstanceId is null || group.FindStatic(member.GroupInstanceId) == member.MemberId));
        Assert.All(group.Members, member => Assert.False(group.PendingMembers.ContainsKey(member.MemberId)));
        if (group.Phase == ClassicGroupPhase.Empty) Assert.Equal(0, group.MemberCount);
        if (group.Phase is ClassicGroupPhase.Stable or ClassicGroupPhase.CompletingRebalance)
        {
            Assert.True(group.MemberCount > 0);
            Assert.NotNull(group.Protocol);
            Assert.All(group.Members, member => Assert.Contains(group.Protocol, member.Protocols.Select(one => one.Name)));
        }

        if (group.Phase == ClassicGroupPhase.Stable) Assert.All(group.Members, member => Assert.Null(member.AwaitingSync));
        if (group.Phase != ClassicGroupPhase.PreparingRebalance) Assert.Equal(0, group.JoiningCount);
    }

    private void CheckOffsets()
    {
        for (int partition = 0; partition < Partitions; partition++)
            _offsets[partition].Check(_groups.Fetch(partition: partition));
    }

    /// <summary>What the log tells is what the process knows, but for a rebalance under way.</summary>
    private void CheckReplay()
    {
        GroupsState replayed = _groups.Replayed();
        for (int partition = 0; partition < Partitions; partition++)
        {
            Assert.Equal(
                _groups.Fetch(partition: partition), replayed.Offsets.State.Find("g", "t", partition)?.Offset ?? -1);
        }

        if (Live() is not { } live) return;
        Assert.True(replayed.Groups.TryFind("g", out ClassicGroup? told));
        Assert.True(told.Generation <= live.Generation);
        if (live.Phase is not (ClassicGroupPhase.Stable or ClassicGroupPhase.Empty)) return;
        Assert.Equal(Describe(live), Describe(told));
    }

    private static string Describe(ClassicGroup group)
    {
        var members = group.Members.OrderBy(member => member.MemberId, StringComparer.Ordinal).Select(member =>
            $"{member.MemberId} {member.GroupInstanceId} {member.SessionTimeout} {Convert.ToHexString(member.Assignment.Span)} "
            + Convert.ToHexString(member.MetadataOf(group.Protocol).Span));
        return $"{group.Phase} {group.Generation} {group.Protocol} {group.ProtocolType} {group.LeaderId}: {string.Join("; ", members)}";
    }

    private ClassicGroup? Live()
    {
        ClassicGroup? found = null;
        _ = _groups.Shard.ReadAsync(state =>
        {
            state.Groups.TryFind("g", out found);
            return Nothing.Instance;
        });
        return found;
    }
}
