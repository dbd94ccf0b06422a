using LogBroker.Coordination.Runtime;
using LogBroker.Coordination.Tests.Support;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Model;

/// <summary>A consumer as the protocol wants it: one request at a time, and what it believes to own.</summary>
internal sealed class ModelMember(GroupsFixture groups, int number, string? instanceId)
{
    private Task<CommandResult<JoinGroupResponse>>? _join;
    private Task<CommandResult<SyncGroupResponse>>? _sync;

    public string MemberId { get; private set; } = "";

    public int Generation { get; private set; } = -1;

    /// <summary>The life of the group (it may be deleted and made anew) in which it asked for its partitions.</summary>
    public int Life { get; private set; }

    /// <summary>The partitions it was given in its generation; empty while it joins.</summary>
    public IReadOnlyList<byte> Owned { get; private set; } = [];

    public string? InstanceId => instanceId;

    public bool IsMember { get; private set; }

    public bool IsWaiting => _join is not null || _sync is not null;

    /// <summary>It reads no answers and does nothing, and does not know it.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Called with what it was given.</summary>
    public required Action<ModelMember> Assigned { get; init; }

    /// <summary>Tells the present life of the group.</summary>
    public required Func<int> LifeNow { get; init; }

    public void Join()
    {
        if (IsWaiting) return;
        Owned = [];
        IsMember = false;
        _join = groups.JoinAsync(MemberId, instanceId, client: $"c{number}", protocols: Protocols(), metadata: (byte)number);
    }

    /// <summary>The process ends, and another starts in its place that knows nothing.</summary>
    public void Kill()
    {
        Forget();
        _join = null;
        _sync = null;
        IsPaused = false;
    }

    /// <summary>The broker is another process now: what was asked will not be answered, and is asked again some time.</summary>
    public void LoseConnection()
    {
        if (!IsWaiting) return;
        _join = null;
        _sync = null;
        IsMember = false;
    }

    public void Leave()
    {
        if (IsWaiting || MemberId.Length == 0) return;
        _ = groups.Shard.RunAsync((state, now) => state.Classic.Leave(
            new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = MemberId, GroupInstanceId = instanceId }] },
            now));
        Forget();
    }

    public void Heartbeat()
    {
        if (IsWaiting || !IsMember) return;
        var beat = groups.Shard.RunAsync((state, now) => state.Classic.Heartbeat(
            new HeartbeatRequest { GroupId = "g", MemberId = MemberId, GenerationId = Generation, GroupInstanceId = instanceId },
            now));
        // An answer that waits for a commit is as good as one that was lost.
        if (beat.IsCompletedSuccessfully && beat.Result.Response is { } response) Obey(response.ErrorCode);
    }

    /// <summary>Takes the answers that have come.</summary>
    public void Poll(int partitions)
    {
        if (IsPaused) return;
        if (_join is { IsCompletedSuccessfully: true } join)
        {
            _join = null;
            OnJoined(join.Result, partitions);
        }

        if (_sync is { IsCompletedSuccessfully: true } sync)
        {
            _sync = null;
            OnSynced(sync.Result);
        }
    }

    public void Obey(ErrorCode error)
    {
        switch (error)
        {
            case ErrorCode.RebalanceInProgress:
                Join();
                break;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId:
                Forget();
                break;
        }
    }

    private string[] Protocols() => number % 2 == 0 ? ["range", "sticky"] : ["sticky", "range"];

    private void Forget()
    {
        MemberId = "";
        Generation = -1;
        Owned = [];
        IsMember = false;
    }

    private void OnJoined(CommandResult<JoinGroupResponse> result, int partitions)
    {
        if (result.Response is not { } joined) return;
        switch (joined.ErrorCode)
        {
            case ErrorCode.MemberIdRequired:
                MemberId = joined.MemberId;
                Join();
                break;
            case ErrorCode.None:
                MemberId = joined.MemberId;
                Generation = joined.GenerationId;
                IsMember = true;
                Life = LifeNow();
                bool leads = joined.Leader == MemberId && !joined.Members.IsEmpty && !joined.SkipAssignment;
                _sync = groups.SyncAsync(
                    MemberId, Generation, instanceId, assignments: leads ? Share(joined, partitions) : []);
                break;
            default:
                Forget();
                break;
        }
    }

    private static (string, byte[])[] Share(JoinGroupResponse joined, int partitions) =>
    [
        .. joined.Members.Select((member, place) => (
            member.MemberId,
            Enumerable.Range(0, partitions).Where(p => p % joined.Members.Length == place).Select(p => (byte)p).ToArray())),
    ];

    private void OnSynced(CommandResult<SyncGroupResponse> result)
    {
        if (result.Response is not { } synced) return;
        if (synced.ErrorCode == ErrorCode.None)
        {
            Owned = synced.Assignment.ToArray();
            Assigned(this);
            return;
        }

        Obey(synced.ErrorCode);
    }
}
