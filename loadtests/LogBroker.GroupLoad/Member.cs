using System.Collections.Immutable;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.GroupLoad;

/// <summary>One member of a classic group on a connection of its own.</summary>
internal sealed class Member(KafkaChannel channel, string group) : IAsyncDisposable
{
    private const short JoinVersion = 9;
    private const short SyncVersion = 5;
    private const short HeartbeatVersion = 4;
    private const int SessionTimeoutMs = 45_000;
    private const int RebalanceTimeoutMs = 60_000;
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Metadata = new byte[32];

    private string _id = "";
    private int _generation = -1;

    /// <summary>Joins until the group stands; the leader hands out one empty assignment a member.</summary>
    /// <returns>The generation and, of the leader, the number of members; 0 of the others.</returns>
    public async Task<(int Generation, int Members)> JoinAsync(CancellationToken cancelled)
    {
        while (true)
        {
            var joined = await channel.SendAsync(
                new JoinGroupRequest
                {
                    GroupId = group,
                    MemberId = _id,
                    SessionTimeoutMs = SessionTimeoutMs,
                    RebalanceTimeoutMs = RebalanceTimeoutMs,
                    ProtocolType = "consumer",
                    Protocols = [new() { Name = "range", Metadata = Metadata }],
                },
                JoinVersion,
                cancelled);
            if (joined.MemberId.Length > 0) _id = joined.MemberId;
            if (joined.ErrorCode == ErrorCode.None && await SyncAsync(joined, cancelled) == ErrorCode.None)
                return (joined.GenerationId, joined.Members.Length);
            if (joined.ErrorCode == ErrorCode.UnknownMemberId) _id = "";
            if (joined.ErrorCode is ErrorCode.CoordinatorLoadInProgress or ErrorCode.NotCoordinator
                or ErrorCode.CoordinatorNotAvailable)
                await Task.Delay(RetryAfter, cancelled);
        }
    }

    /// <summary>Heartbeats until a rebalance asks the member to join again.</summary>
    public async Task HoldAsync(CancellationToken cancelled)
    {
        while (true)
        {
            await Task.Delay(HeartbeatInterval, cancelled);
            var answer = await channel.SendAsync(
                new HeartbeatRequest { GroupId = group, MemberId = _id, GenerationId = _generation },
                HeartbeatVersion,
                cancelled);
            if (answer.ErrorCode != ErrorCode.None) return;
        }
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private async Task<ErrorCode> SyncAsync(JoinGroupResponse joined, CancellationToken cancelled)
    {
        _generation = joined.GenerationId;
        ImmutableArray<SyncGroupRequest.SyncGroupRequestAssignment> assignments =
        [
            .. joined.Members.Select(member => new SyncGroupRequest.SyncGroupRequestAssignment
            {
                MemberId = member.MemberId,
                Assignment = Metadata,
            }),
        ];
        var synced = await channel.SendAsync(
            new SyncGroupRequest
            {
                GroupId = group,
                MemberId = _id,
                GenerationId = _generation,
                ProtocolType = "consumer",
                ProtocolName = "range",
                Assignments = assignments,
            },
            SyncVersion,
            cancelled);
        return synced.ErrorCode;
    }
}
