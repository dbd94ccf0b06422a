using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

/// <summary>A consumer as the protocol wants it: takes over what it is told to, gives up what it is told to, but when it likes,
/// and starts anew when it is fenced.</summary>
internal sealed class ModelClient(string memberId, string? instanceId)
{
    private HashSet<TopicIdPartition>? _told;
    private bool _tellsEverything = true;

    public string MemberId { get; private set; } = memberId;

    public string? InstanceId => instanceId;

    public int Epoch { get; private set; }

    /// <summary>What it reads from now.</summary>
    public HashSet<TopicIdPartition> Owned { get; private set; } = [];

    public string[] Topics { get; set; } = [];

    public string Regex { get; set; } = "";

    public string? Assignor { get; set; }

    /// <summary>Makes the next request tell all that it has to tell.</summary>
    public void TellEverything() => _tellsEverything = true;

    /// <summary>Does what it was told last.</summary>
    public void Obey()
    {
        if (_told is null) return;
        Owned = _told;
        _told = null;
        _tellsEverything = true;
    }

    public ConsumerGroupHeartbeatRequest Request()
    {
        var request = new ConsumerGroupHeartbeatRequest
        {
            MemberId = MemberId,
            MemberEpoch = Epoch,
            InstanceId = instanceId,
        };
        if (!_tellsEverything && Epoch != 0) return request;
        _tellsEverything = false;
        request.RebalanceTimeoutMs = 20_000;
        request.SubscribedTopicNames = [.. Topics];
        request.SubscribedTopicRegex = Regex;
        request.ServerAssignor = Assignor;
        request.TopicPartitions =
        [
            .. Assignment.Of(Owned).Topics.Select(topic => new ConsumerGroupHeartbeatRequest.TopicPartitionsData
            {
                TopicId = topic.TopicId,
                Partitions = topic.Partitions,
            }),
        ];
        return request;
    }

    public void Hear(ConsumerGroupHeartbeatResponse response)
    {
        switch (response.ErrorCode)
        {
            case ErrorCode.None:
                Epoch = response.MemberEpoch;
                if (response.Assignment is not null) _told = [.. GroupHarness.Assigned(response)];
                break;
            case ErrorCode.FencedMemberEpoch or ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId or ErrorCode.GroupIdNotFound:
                Restart(MemberId);
                break;
            case ErrorCode.UnreleasedInstanceId or ErrorCode.GroupMaxSizeReached: // it tries again
                break;
            default:
                throw new InvalidOperationException($"{response.ErrorCode} {response.ErrorMessage}");
        }
    }

    /// <summary>The answer was lost: the client says all again, and takes over nothing it was told before. What it did not report
    /// as its own may have been given to others by the answer that was lost.</summary>
    public void HearNothing()
    {
        _tellsEverything = true;
        _told = null;
    }

    /// <summary>Drops all it has and joins anew.</summary>
    public void Restart(string memberId)
    {
        MemberId = memberId;
        Epoch = 0;
        Owned = [];
        _told = null;
        _tellsEverything = true;
    }
}
