using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Migration;

/// <summary>A consumer that speaks the classic protocol as clients do: it joins, leads if it is told to, fetches its assignment, and
/// starts anew when it is unknown. A cooperative one keeps what it owns while it joins.</summary>
internal sealed class ClassicClient(MigrationHarness harness, string[] topics, bool isCooperative = false, string? instanceId = null)
{
    private Task<CommandResult<JoinGroupResponse>>? _joining;
    private Task<CommandResult<SyncGroupResponse>>? _syncing;

    public string MemberId { get; private set; } = "";

    public string? InstanceId => instanceId;

    public int Generation { get; private set; } = -1;

    /// <summary>What it reads from now.</summary>
    public HashSet<TopicIdPartition> Owned { get; private set; } = [];

    /// <summary>The last error it was told.</summary>
    public ErrorCode LastError { get; private set; }

    public bool IsWaiting => _joining is not null || _syncing is not null;

    private string Protocol => isCooperative ? "cooperative-sticky" : "range";

    public void Join()
    {
        if (!isCooperative) Owned = [];
        _syncing = null;
        _joining = harness.JoinAsync(new JoinGroupRequest
        {
            MemberId = MemberId,
            GroupInstanceId = instanceId,
            SessionTimeoutMs = 30_000,
            RebalanceTimeoutMs = 20_000,
            ProtocolType = "consumer",
            Protocols = [new JoinGroupRequest.JoinGroupRequestProtocol { Name = Protocol, Metadata = Subscription() }],
        });
        Hear();
    }

    /// <summary>Takes in the answers that have come, and goes on from there.</summary>
    public void Hear()
    {
        while (true)
        {
            if (_joining is { IsCompleted: true } joined)
            {
                _joining = null;
                OnJoined(joined.Result);
            }
            else if (_syncing is { IsCompleted: true } synced)
            {
                _syncing = null;
                OnSynced(synced.Result);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Sends a heartbeat, and joins again when it is told to.</summary>
    public void Beat()
    {
        Hear();
        if (IsWaiting) return;
        if (Generation < 0)
        {
            Join();
            return;
        }

        LastError = harness.Beat(MemberId, Generation, instanceId);
        if (LastError == ErrorCode.RebalanceInProgress) Join();
        else if (LastError != ErrorCode.None) Restart();
    }

    public void Leave()
    {
        LastError = harness.Leave(MemberId, instanceId);
        Restart();
    }

    /// <summary>The connection breaks: answers on their way are lost.</summary>
    public void Disconnect() => (_joining, _syncing) = (null, null);

    /// <summary>Drops all it has and knows; only a static member's name stays.</summary>
    public void Restart()
    {
        (MemberId, Generation, Owned) = ("", -1, []);
        Disconnect();
    }

    private void OnJoined(CommandResult<JoinGroupResponse> result)
    {
        LastError = result.Response?.ErrorCode ?? result.Error;
        switch (LastError)
        {
            case ErrorCode.None:
                (MemberId, Generation) = (result.Response!.MemberId, result.Response.GenerationId);
                Sync(result.Response);
                break;
            case ErrorCode.MemberIdRequired:
                MemberId = result.Response!.MemberId;
                Join();
                break;
            case ErrorCode.RebalanceInProgress: // it tries again later
                Generation = Math.Min(Generation, -1);
                break;
            default:
                Restart();
                break;
        }
    }

    private void Sync(JoinGroupResponse joined)
    {
        _syncing = harness.SyncAsync(new SyncGroupRequest
        {
            MemberId = MemberId,
            GroupInstanceId = instanceId,
            GenerationId = Generation,
            ProtocolType = "consumer",
            ProtocolName = Protocol,
            Assignments = joined.Leader == MemberId && !joined.SkipAssignment
                ? [.. ClassicLeader.Assign(joined.Members, harness.Topics.Now, isCooperative)]
                : [],
        });
    }

    private void OnSynced(CommandResult<SyncGroupResponse> result)
    {
        LastError = result.Response?.ErrorCode ?? result.Error;
        switch (LastError)
        {
            case ErrorCode.None:
                Assert.True(EmbeddedProtocol.TryReadAssignment(result.Response!.Assignment, out var assignment));
                HashSet<TopicIdPartition> told = EmbeddedProtocol.IdsOf(
                    assignment.AssignedPartitions.Select(topic => (topic.Topic, topic.Partitions.AsEnumerable())),
                    harness.Topics.Now);
                bool givesUp = !Owned.IsSubsetOf(told);
                Owned = told;
                if (givesUp && isCooperative) Join();
                break;
            case ErrorCode.RebalanceInProgress:
                Join();
                break;
            default:
                Restart();
                break;
        }
    }

    private byte[] Subscription() => MigrationHarness.Embed(new ConsumerProtocolSubscription
    {
        Topics = [.. topics],
        OwnedPartitions =
        [
            .. Owned.Where(one => harness.Topics.Now.TryGet(one.TopicId, out _)).GroupBy(one => one.TopicId).Select(
                of => new ConsumerProtocolSubscription.TopicPartition
                {
                    Topic = harness.Topics.Now.TryGet(of.Key, out var topic) ? topic.Name : "",
                    Partitions = [.. of.Select(one => one.Partition).Order()],
                }),
        ],
    });
}
