using System.Collections.Immutable;
using System.Diagnostics;
using LogBroker.Coordination.Offsets;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Classic;

/// <summary>A group of the classic protocol: its members, its generation and what holds between them.</summary>
/// <remarks>Owned by <see cref="GroupRegistry"/>; changed by <see cref="ClassicGroups"/> and by replay. What is here besides
/// members' assignments, generation, protocol and leader as of the last sync is soft: a restart forgets it.</remarks>
internal sealed class ClassicGroup : IGroup
{
    public const string ConsumerProtocolType = "consumer";

    private readonly Dictionary<string, ClassicMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _staticMembers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _supportedProtocols = new(StringComparer.Ordinal);
    private HashSet<string>? _subscribedTopics;

    public ClassicGroup(
        string groupId, Func<ClassicGroup, DateTimeOffset, Decision<Nothing>> onJoinDue,
        Func<ClassicGroup, DateTimeOffset, Decision<Nothing>> onSyncDue)
    {
        GroupId = groupId;
        JoinDeadline = new Deadline(now => onJoinDue(this, now));
        SyncDeadline = new Deadline(now => onSyncDue(this, now));
    }

    public string GroupId { get; }

    public GroupType Type => GroupType.Classic;

    public ClassicGroupPhase Phase { get; private set; }

    public ClassicGroupPhase PreviousPhase { get; private set; }

    /// <summary>Since when the phase lasts, in milliseconds since the Unix epoch; null where an old record did not say.</summary>
    public long? PhaseTimestamp { get; private set; }

    public int Generation { get; private set; }

    /// <summary>What the group is for; null for one that only has offsets.</summary>
    public string? ProtocolTypeOrNull { get; private set; }

    /// <summary>The protocol chosen for this generation.</summary>
    public string? Protocol { get; private set; }

    public string? LeaderId { get; private set; }

    public IReadOnlyCollection<ClassicMember> Members => _members.Values;

    public int MemberCount => _members.Count;

    /// <summary>How many members' join requests wait.</summary>
    public int JoiningCount { get; private set; }

    /// <summary>Member ids that were given out and not yet come back with (KIP-394), with when they are forgotten.</summary>
    public Dictionary<string, Deadline> PendingMembers { get; } = new(StringComparer.Ordinal);

    /// <summary>The members whose sync of this generation is still to come.</summary>
    public HashSet<string> PendingSyncs { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether somebody joined during the initial delay, which is reason to lengthen it.</summary>
    public bool IsMemberAdded { get; set; }

    /// <summary>What is left of the longest time that the initial delay may take.</summary>
    public TimeSpan InitialDelayLeft { get; set; }

    /// <summary>The end of the join phase, or of the initial delay.</summary>
    public Deadline JoinDeadline { get; }

    /// <summary>The end of the sync phase.</summary>
    public Deadline SyncDeadline { get; }

    public string StateName => Phase.ToString();

    public string ProtocolType => ProtocolTypeOrNull ?? "";

    public bool IsEmpty => Phase == ClassicGroupPhase.Empty;

    public bool CanRebalance => Phase != ClassicGroupPhase.PreparingRebalance;

    public bool HaveAllJoined => PendingMembers.Count == 0 && JoiningCount == _members.Count;

    /// <summary>The longest rebalance timeout among the members.</summary>
    public TimeSpan RebalanceTimeout
    {
        get
        {
            TimeSpan longest = TimeSpan.Zero;
            foreach (ClassicMember member in _members.Values)
            {
                if (member.RebalanceTimeout > longest) longest = member.RebalanceTimeout;
            }

            return longest;
        }
    }

    public bool IsConsumerProtocol => ProtocolTypeOrNull == ConsumerProtocolType;

    public ClassicMember? Find(string memberId) => _members.GetValueOrDefault(memberId);

    public string? FindStatic(string groupInstanceId) => _staticMembers.GetValueOrDefault(groupInstanceId);

    public bool IsLeader(string memberId) => LeaderId == memberId;

    public void Add(ClassicMember member, string protocolType)
    {
        if (_members.Count == 0) ProtocolTypeOrNull = protocolType;
        LeaderId ??= member.MemberId;
        _members.Add(member.MemberId, member);
        CountProtocols(member, +1);
        if (member.GroupInstanceId is { } instance) _staticMembers[instance] = member.MemberId;
        if (PendingMembers.Remove(member.MemberId, out Deadline? deadline)) deadline.Disarm();
    }

    public void Remove(ClassicMember member)
    {
        Debug.Assert(member.AwaitingJoin is null, "who waits is answered first");
        if (!_members.Remove(member.MemberId)) return;
        CountProtocols(member, -1);
        if (member.GroupInstanceId is { } instance) _staticMembers.Remove(instance);
        if (IsLeader(member.MemberId)) LeaderId = _members.Keys.FirstOrDefault();
        PendingSyncs.Remove(member.MemberId);
        member.Session.Disarm();
    }

    /// <summary>Puts a static member's new self in the place of the old one.</summary>
    public void Replace(ClassicMember old, ClassicMember successor)
    {
        Debug.Assert(old.AwaitingJoin is null, "who waits is answered first");
        _members.Remove(old.MemberId);
        _members.Add(successor.MemberId, successor);
        _staticMembers[successor.GroupInstanceId!] = successor.MemberId;
        if (IsLeader(old.MemberId)) LeaderId = successor.MemberId;
        if (PendingSyncs.Remove(old.MemberId)) PendingSyncs.Add(successor.MemberId);
        old.Session.Disarm();
    }

    /// <summary>Parks a member's join request, or with null takes it out.</summary>
    /// <returns>The one that was parked before.</returns>
    public PendingReply<JoinGroupResponse>? SetAwaitingJoin(ClassicMember member, PendingReply<JoinGroupResponse>? pending)
    {
        PendingReply<JoinGroupResponse>? before = member.AwaitingJoin;
        JoiningCount += (pending is null ? 0 : 1) - (before is null ? 0 : 1);
        member.AwaitingJoin = pending;
        return before;
    }

    public void SetProtocols(ClassicMember member, ImmutableArray<ClassicProtocol> protocols)
    {
        CountProtocols(member, -1);
        member.Protocols = protocols;
        CountProtocols(member, +1);
    }

    /// <summary>Whether somebody with these protocols can be a member.</summary>
    public bool Supports(string protocolType, IEnumerable<string> protocols)
    {
        if (IsEmpty) return protocolType.Length > 0 && protocols.Any();
        return ProtocolTypeOrNull == protocolType && protocols.Any(IsCommon);
    }

    /// <summary>The protocol that most members prefer among those that all can.</summary>
    public string ChooseProtocol()
    {
        var votes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ClassicMember member in _members.Values)
        {
            string vote = member.Protocols.First(protocol => IsCommon(protocol.Name)).Name;
            votes[vote] = votes.GetValueOrDefault(vote) + 1;
        }

        return votes.MaxBy(vote => vote.Value).Key;
    }

    public void MoveTo(ClassicGroupPhase phase, long timestamp)
    {
        Debug.Assert(
            phase != ClassicGroupPhase.Stable || Phase is ClassicGroupPhase.CompletingRebalance or ClassicGroupPhase.Stable);
        PreviousPhase = Phase;
        Phase = phase;
        PhaseTimestamp = timestamp;
    }

    /// <summary>Makes somebody who joined the leader, if the leader did not.</summary>
    /// <returns>False when nobody did.</returns>
    public bool TryElectJoinedLeader()
    {
        if (LeaderId is not { } leader) return false;
        if (_members[leader].AwaitingJoin is not null) return true;
        if (_members.Values.FirstOrDefault(member => member.AwaitingJoin is not null) is not { } joined) return false;
        LeaderId = joined.MemberId;
        return true;
    }

    public void BeginGeneration(long timestamp)
    {
        Generation++;
        PendingSyncs.Clear();
        Protocol = _members.Count == 0 ? null : ChooseProtocol();
        _subscribedTopics = SubscribedTopics();
        MoveTo(_members.Count == 0 ? ClassicGroupPhase.Empty : ClassicGroupPhase.CompletingRebalance, timestamp);
    }

    /// <summary>Takes over what a record says; on load the group is new and gets its members with it.</summary>
    public void Restore(int generation, string? protocolType, string? protocol, string? leaderId, long? timestamp)
    {
        Generation = generation;
        ProtocolTypeOrNull = protocolType;
        Protocol = protocol;
        LeaderId = leaderId;
        PhaseTimestamp = timestamp;
        Phase = _members.Count == 0 ? ClassicGroupPhase.Empty : ClassicGroupPhase.Stable;
        PreviousPhase = Phase;
        _subscribedTopics = SubscribedTopics();
    }

    public bool IsSubscribedTo(string topic) => _subscribedTopics?.Contains(topic) ?? IsConsumerProtocol;

    /// <summary>Whether a request comes from a member as it stands (KIP-345).</summary>
    public ErrorCode CheckMember(string memberId, string? groupInstanceId)
    {
        if (groupInstanceId is not null)
        {
            if (FindStatic(groupInstanceId) is not { } known) return ErrorCode.UnknownMemberId;
            if (known != memberId) return ErrorCode.FencedInstanceId;
        }

        return _members.ContainsKey(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    public ErrorCode CheckCommit(in Committer committer)
    {
        if (committer.GenerationOrEpoch < 0 && IsEmpty) return ErrorCode.None;
        if (committer.GenerationOrEpoch >= 0 || committer.MemberId.Length > 0 || committer.GroupInstanceId is not null)
        {
            ErrorCode error = CheckMember(committer.MemberId, committer.GroupInstanceId);
            if (error != ErrorCode.None) return error;
            if (committer.GenerationOrEpoch != Generation) return ErrorCode.IllegalGeneration;
        }
        else if (!IsEmpty && !committer.IsTransactional)
        {
            return ErrorCode.UnknownMemberId;
        }

        return !committer.IsTransactional && Phase == ClassicGroupPhase.CompletingRebalance
            ? ErrorCode.RebalanceInProgress
            : ErrorCode.None;
    }

    public ErrorCode CheckFetch(string? memberId, int memberEpoch) => ErrorCode.None;

    public ErrorCode CheckOffsetDelete() =>
        IsEmpty || IsConsumerProtocol ? ErrorCode.None : ErrorCode.NonEmptyGroup;

    public ErrorCode CheckDelete() => IsEmpty ? ErrorCode.None : ErrorCode.NonEmptyGroup;

    public void OnCommit(in Committer committer, DateTimeOffset now)
    {
        if (Phase is ClassicGroupPhase.Stable or ClassicGroupPhase.PreparingRebalance && Find(committer.MemberId) is { } member)
            SignOfLife?.Invoke(member, now);
    }

    /// <summary>Called for a member that showed that it lives.</summary>
    public Action<ClassicMember, DateTimeOffset>? SignOfLife { get; init; }

    public long? RetentionStart(in CommittedOffset offset) => ProtocolTypeOrNull is null
        ? offset.CommitTimestamp
        : Phase switch
        {
            ClassicGroupPhase.Empty => PhaseTimestamp ?? offset.CommitTimestamp,
            ClassicGroupPhase.Stable when IsConsumerProtocol && _subscribedTopics is not null => offset.CommitTimestamp,
            _ => null,
        };

    public IEnumerable<CoordinatorRecord> Tombstones() => [ClassicGroupRecords.Tombstone(GroupId)];

    /// <summary>Ends all deadlines: the group is no more.</summary>
    public void DisarmAll()
    {
        JoinDeadline.Disarm();
        SyncDeadline.Disarm();
        foreach (ClassicMember member in _members.Values) member.Session.Disarm();
        foreach (Deadline pending in PendingMembers.Values) pending.Disarm();
    }

    private bool IsCommon(string protocol) =>
        _supportedProtocols.TryGetValue(protocol, out int count) && count == _members.Count;

    private void CountProtocols(ClassicMember member, int by)
    {
        foreach (ClassicProtocol protocol in member.Protocols)
        {
            int count = _supportedProtocols.GetValueOrDefault(protocol.Name) + by;
            if (count == 0) _supportedProtocols.Remove(protocol.Name);
            else _supportedProtocols[protocol.Name] = count;
        }
    }

    /// <summary>Null when it cannot be known: another kind of group, or no generation yet.</summary>
    private HashSet<string>? SubscribedTopics()
    {
        if (!IsConsumerProtocol) return null;
        if (_members.Count == 0) return [];
        if (Protocol is null) return null;
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClassicMember member in _members.Values)
        {
            if (!ConsumerSubscription.TryAddTopics(member.MetadataOf(Protocol), topics)) return null;
        }

        return topics;
    }
}
