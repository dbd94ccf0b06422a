using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Coordination.Offsets;

/// <summary>Committing, fetching and deleting offsets.</summary>
/// <remarks>A part of <see cref="GroupsState"/>, pure as that is. Whether a topic exists is for the caller to know.</remarks>
public sealed class OffsetCommands
{
    private const short MemberEpochSince = 9;

    private readonly GroupsEnvironment _environment;
    private readonly GroupRegistry _groups;
    private readonly ClassicGroups _classic;

    internal OffsetCommands(GroupsEnvironment environment, GroupRegistry groups, ClassicGroups classic)
    {
        _environment = environment;
        _groups = groups;
        _classic = classic;
    }

    public OffsetsState State { get; } = new();

    /// <summary>Commits offsets, for a member or for nobody in particular (which makes the group if there is none).</summary>
    /// <param name="request">Its topics by name, with their ids where those are known.</param>
    /// <param name="apiVersion">The version of the request.</param>
    /// <param name="now">The present moment.</param>
    public Decision<OffsetCommitResponse> Commit(OffsetCommitRequest request, short apiVersion, DateTimeOffset now)
    {
        var committer = new Committer(
            request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, IsTransactional: false, apiVersion);
        IGroup? group = _groups.Find(request.GroupId);
        ErrorCode error = group is null ? CheckCommitToNoGroup(committer) : CheckCommit(group, committer, request);
        if (error != ErrorCode.None) return Decision.Answer(Refuse(request, error));
        group?.OnCommit(committer, now);

        var records = ImmutableArray.CreateBuilder<CoordinatorRecord>();
        long timestamp = _environment.Timestamp;
        long expiresAt = request.RetentionTimeMs == -1 ? -1 : timestamp + request.RetentionTimeMs;
        int metadataMax = _environment.Settings().OffsetMetadataMax;
        OffsetCommitResponse response = Answer(request, (topic, partition) =>
        {
            string metadata = partition.CommittedMetadata ?? "";
            if (metadata.Length > metadataMax) return ErrorCode.OffsetMetadataTooLarge;
            var offset = new CommittedOffset(
                partition.CommittedOffset, partition.CommittedLeaderEpoch, metadata, timestamp, expiresAt, topic.TopicId);
            records.Add(OffsetRecords.Of(request.GroupId, topic.Name, partition.PartitionIndex, offset));
            return ErrorCode.None;
        });
        return Decision.Answer(response, records.ToImmutable()) with { IsOnlyRecords = true };
    }

    /// <summary>The same error for every partition.</summary>
    public static OffsetCommitResponse Refuse(OffsetCommitRequest request, ErrorCode error) => Answer(request, (_, _) => error);

    /// <summary>What a group has committed: everything, or of the topics that are named. What it has not is told as -1.
    /// </summary>
    /// <param name="request">Its topics by name, with their ids where those are known.</param>
    public OffsetFetchResponse.OffsetFetchResponseGroup Fetch(OffsetFetchRequest.OffsetFetchRequestGroup request)
    {
        ErrorCode error = _groups.Find(request.GroupId)?.CheckFetch(request.MemberId, request.MemberEpoch) ?? ErrorCode.None;
        if (error != ErrorCode.None) return new() { GroupId = request.GroupId, ErrorCode = error };
        return new()
        {
            GroupId = request.GroupId,
            Topics = request.Topics is { } topics
                ? [.. topics.Select(topic => Fetch(request.GroupId, topic))]
                : [.. FetchAll(request.GroupId)],
        };
    }

    /// <summary>Deletes offsets of topics to which no member is subscribed.</summary>
    public Decision<OffsetDeleteResponse> Delete(OffsetDeleteRequest request)
    {
        IGroup? group = _groups.Find(request.GroupId);
        ErrorCode error = group?.CheckOffsetDelete() ?? ErrorCode.GroupIdNotFound;
        if (error != ErrorCode.None) return Decision.Answer(new OffsetDeleteResponse { ErrorCode = error });
        var records = ImmutableArray.CreateBuilder<CoordinatorRecord>();
        var response = new OffsetDeleteResponse
        {
            Topics = [.. request.Topics.Select(topic => Delete(group!, topic, records))],
        };
        return Decision.Answer(response, records.ToImmutable()) with { IsOnlyRecords = true };
    }

    /// <summary>The tombstones of all that a group has committed.</summary>
    internal IEnumerable<CoordinatorRecord> Tombstones(string groupId)
    {
        foreach (var (topic, partitions) in State.OfGroup(groupId) ?? ImmutableDictionary<string, Dictionary<int, CommittedOffset>>.Empty)
            foreach (int partition in partitions.Keys) yield return OffsetRecords.Tombstone(groupId, topic, partition);
    }

    /// <summary>Forgets what was committed for topics that are no more.</summary>
    public Decision<Nothing> ForgetTopics(IReadOnlyCollection<string> topics)
    {
        var records = ImmutableArray.CreateBuilder<CoordinatorRecord>();
        foreach (string groupId in State.GroupIds)
        {
            foreach (string topic in topics)
            {
                if (!State.OfGroup(groupId)!.TryGetValue(topic, out Dictionary<int, CommittedOffset>? partitions)) continue;
                foreach (int partition in partitions.Keys) records.Add(OffsetRecords.Tombstone(groupId, topic, partition));
            }
        }

        return Decision.Answer(Nothing.Instance, records.ToImmutable()) with { MaySplit = true };
    }

    internal void Replay(OffsetCommitKey key, OffsetCommitValue? value, short version)
    {
        if (value is null) State.Remove(key.Group, key.Topic, key.Partition);
        else Set(key.Group, key.Topic, key.Partition, OffsetRecords.Read(value, version));
    }

    internal bool TryReplay(ReadOnlySpan<byte> key, NullableBytes value)
    {
        var reader = new SpanReader(key);
        ReadOnlySpan<char> groupId = SpanReader.Text(reader.String(isCompact: false), stackalloc char[256]);
        ReadOnlySpan<char> topic = SpanReader.Text(reader.String(isCompact: false), stackalloc char[256]);
        int partition = reader.Int32();
        if (reader.HasFailed) return false;
        if (value.IsNull)
        {
            State.Remove(groupId, topic, partition);
            return true;
        }

        if (!OffsetRecords.TryRead(value.Span, out CommittedOffset offset)) return false;
        Set(groupId, topic, partition, offset);
        return true;
    }

    /// <summary>A group that has offsets exists, though it may never have had a member.</summary>
    private void Set(ReadOnlySpan<char> groupId, ReadOnlySpan<char> topic, int partition, in CommittedOffset offset)
    {
        if (_groups.Find(groupId) is null) _classic.Create(groupId.ToString());
        State.Set(groupId, topic, partition, offset);
    }

    /// <summary>One partition that may not be committed spoils them all, as in Kafka.</summary>
    private static ErrorCode CheckCommit(IGroup group, in Committer committer, OffsetCommitRequest request)
    {
        ErrorCode error = group.CheckCommit(committer);
        foreach (OffsetCommitRequest.OffsetCommitRequestTopic topic in request.Topics)
        {
            foreach (OffsetCommitRequest.OffsetCommitRequestPartition partition in topic.Partitions)
            {
                if (error != ErrorCode.None) return error;
                error = group.CheckCommit(committer, new TopicIdPartition(topic.TopicId, partition.PartitionIndex));
            }
        }

        return error;
    }

    private static ErrorCode CheckCommitToNoGroup(in Committer committer)
    {
        if (committer.GenerationOrEpoch < 0) return ErrorCode.None;
        return committer.ApiVersion >= MemberEpochSince ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration;
    }

    private static OffsetCommitResponse Answer(
        OffsetCommitRequest request,
        Func<OffsetCommitRequest.OffsetCommitRequestTopic, OffsetCommitRequest.OffsetCommitRequestPartition, ErrorCode> errorOf) => new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
                {
                    Name = topic.Name,
                    TopicId = topic.TopicId,
                    Partitions =
                    [
                        .. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                        {
                            PartitionIndex = partition.PartitionIndex,
                            ErrorCode = errorOf(topic, partition),
                        }),
                    ],
                }),
            ],
        };

    private OffsetFetchResponse.OffsetFetchResponseTopics Fetch(
        string groupId, OffsetFetchRequest.OffsetFetchRequestTopics topic) => new()
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions =
            [
                .. topic.PartitionIndexes.Select(index => Describe(index, Current(groupId, topic.Name, topic.TopicId, index))),
            ],
        };

    /// <summary>An offset of a topic that was deleted and made anew under its name is none.</summary>
    private CommittedOffset? Current(string groupId, string topic, Guid topicId, int partition) =>
        State.Find(groupId, topic, partition) is { } offset
            && (offset.TopicId == topicId || offset.TopicId == Guid.Empty || topicId == Guid.Empty)
                ? offset
                : null;

    private IEnumerable<OffsetFetchResponse.OffsetFetchResponseTopics> FetchAll(string groupId)
    {
        foreach (var (topic, partitions) in State.OfGroup(groupId) ?? ImmutableDictionary<string, Dictionary<int, CommittedOffset>>.Empty)
        {
            yield return new()
            {
                Name = topic,
                TopicId = partitions.Values.First().TopicId,
                Partitions = [.. partitions.Select(partition => Describe(partition.Key, partition.Value))],
            };
        }
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartitions Describe(int index, CommittedOffset? offset) => new()
    {
        PartitionIndex = index,
        CommittedOffset = offset?.Offset ?? -1,
        CommittedLeaderEpoch = offset?.LeaderEpoch ?? -1,
        Metadata = offset?.Metadata ?? "",
    };

    private OffsetDeleteResponse.OffsetDeleteResponseTopic Delete(
        IGroup group, OffsetDeleteRequest.OffsetDeleteRequestTopic topic, ImmutableArray<CoordinatorRecord>.Builder records)
    {
        ErrorCode error = group.IsSubscribedTo(topic.Name) ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None;
        foreach (OffsetDeleteRequest.OffsetDeleteRequestPartition partition in topic.Partitions)
        {
            if (error == ErrorCode.None && State.Find(group.GroupId, topic.Name, partition.PartitionIndex) is not null)
                records.Add(OffsetRecords.Tombstone(group.GroupId, topic.Name, partition.PartitionIndex));
        }

        return new()
        {
            Name = topic.Name,
            Partitions =
            [
                .. topic.Partitions.Select(partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = error,
                }),
            ],
        };
    }
}
