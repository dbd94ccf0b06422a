using System.Collections.Concurrent;
using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Offsets;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups;

/// <summary>The group coordinator of this broker: finds the shard of a group and gives it the command.</summary>
/// <remarks>
/// Owner: the broker; one. Threads: any. Lifecycle: the host tells which partitions of <c>__consumer_offsets</c> this broker
/// leads (<see cref="Lead"/>, <see cref="Resign"/>); groups of all others get NOT_COORDINATOR. A command is decided before its
/// method returns, so a request's memory is not needed after that. Failures are error codes in the answers.
/// </remarks>
public sealed class GroupCoordinator(
    ICoordinatorTopic topic, GroupsEnvironment groups, CoordinatorEnvironment environment) : IDisposable
{
    private readonly ConcurrentDictionary<int, CoordinatorShard<GroupsState>> _shards = new();

    /// <summary>The partitions this broker coordinates for.</summary>
    public IEnumerable<CoordinatorShard<GroupsState>> Shards => _shards.Values;

    /// <summary>Takes a partition over: its groups are served once it is read.</summary>
    public void Lead(int partitionIndex, IPartitionWriter partition)
    {
        var shard = new CoordinatorShard<GroupsState>(
            partitionIndex, partition, () => new GroupsState(groups), GroupsState.Codec, environment);
        if (_shards.TryAdd(partitionIndex, shard)) shard.StartLoading();
        else shard.Dispose();
    }

    /// <summary>Gives a partition up.</summary>
    public void Resign(int partitionIndex)
    {
        if (_shards.TryRemove(partitionIndex, out CoordinatorShard<GroupsState>? shard)) shard.Dispose();
    }

    public void Dispose()
    {
        foreach (int partition in _shards.Keys) Resign(partition);
    }

    public async Task<JoinGroupResponse> JoinAsync(JoinGroupRequest request, RequestOrigin origin)
    {
        if (CheckJoin(request) is var refused && refused != ErrorCode.None)
            return ClassicAnswers.JoinRefused(request.MemberId, refused);
        CommandResult<JoinGroupResponse> result = await RunAsync(
            request.GroupId, (state, now) => state.Join(request, origin, now)).ConfigureAwait(false);
        return result.Response ?? ClassicAnswers.JoinRefused("", result.Error);
    }

    public async Task<SyncGroupResponse> SyncAsync(SyncGroupRequest request)
    {
        if (request.GroupId.Length == 0) return new SyncGroupResponse { ErrorCode = ErrorCode.InvalidGroupId };
        CommandResult<SyncGroupResponse> result = await RunAsync(
            request.GroupId, (state, now) => state.Sync(request, now)).ConfigureAwait(false);
        return result.Response ?? new SyncGroupResponse { ErrorCode = result.Error };
    }

    /// <summary>While the group is being loaded every member is told that all is well.</summary>
    public async Task<HeartbeatResponse> HeartbeatAsync(HeartbeatRequest request)
    {
        if (request.GroupId.Length == 0) return new HeartbeatResponse { ErrorCode = ErrorCode.InvalidGroupId };
        CommandResult<HeartbeatResponse> result = await RunAsync(
            request.GroupId, (state, now) => state.Heartbeat(request, now)).ConfigureAwait(false);
        return result.Response ?? new HeartbeatResponse
        {
            ErrorCode = result.Error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.None : result.Error,
        };
    }

    public async Task<LeaveGroupResponse> LeaveAsync(LeaveGroupRequest request)
    {
        if (request.GroupId.Length == 0) return new LeaveGroupResponse { ErrorCode = ErrorCode.InvalidGroupId };
        CommandResult<LeaveGroupResponse> result = await RunAsync(
            request.GroupId, (state, now) => state.Leave(request, now)).ConfigureAwait(false);
        return result.Response ?? new LeaveGroupResponse { ErrorCode = result.Error };
    }

    /// <summary>Commits offsets; topics come by name, those that do not exist sorted out before.</summary>
    public async Task<OffsetCommitResponse> CommitOffsetsAsync(OffsetCommitRequest request, short apiVersion)
    {
        CommandResult<OffsetCommitResponse> result = await RunAsync(
            request.GroupId, (state, now) => state.Offsets.Commit(request, apiVersion, now)).ConfigureAwait(false);
        return result.Response ?? OffsetCommands.Refuse(request, ToCommitError(result.Error));
    }

    /// <summary>Fetches the offsets of one group; topics come by name.</summary>
    public async Task<OffsetFetchResponse.OffsetFetchResponseGroup> FetchOffsetsAsync(
        OffsetFetchRequest.OffsetFetchRequestGroup request)
    {
        CommandResult<OffsetFetchResponse.OffsetFetchResponseGroup> result = await ReadAsync(
            request.GroupId, state => state.Offsets.Fetch(request)).ConfigureAwait(false);
        return result.Response ?? new() { GroupId = request.GroupId, ErrorCode = result.Error };
    }

    public async Task<OffsetDeleteResponse> DeleteOffsetsAsync(OffsetDeleteRequest request)
    {
        if (request.GroupId.Length == 0) return new OffsetDeleteResponse { ErrorCode = ErrorCode.InvalidGroupId };
        CommandResult<OffsetDeleteResponse> result = await RunAsync(
            request.GroupId, (state, _) => state.Offsets.Delete(request)).ConfigureAwait(false);
        return result.Response ?? new OffsetDeleteResponse { ErrorCode = result.Error };
    }

    public async Task<DescribeGroupsResponse.DescribedGroup> DescribeAsync(string groupId, short apiVersion)
    {
        CommandResult<DescribeGroupsResponse.DescribedGroup> result = await ReadAsync(
            groupId, state => state.Administration.Describe(groupId, apiVersion)).ConfigureAwait(false);
        return result.Response ?? new() { GroupId = groupId, ErrorCode = result.Error };
    }

    /// <summary>The groups that this broker coordinates and that pass the filters.</summary>
    public async Task<ListGroupsResponse> ListAsync(ImmutableArray<string> states, ImmutableArray<string> types)
    {
        var listed = ImmutableArray.CreateBuilder<ListGroupsResponse.ListedGroup>();
        foreach (CoordinatorShard<GroupsState> shard in _shards.Values)
        {
            CommandResult<ListGroupsResponse> result = await shard.ReadAsync(
                state => new ListGroupsResponse { Groups = state.Administration.List(states, types) }).ConfigureAwait(false);
            if (result.IsDone) listed.AddRange(result.Response.Groups);
            else if (result.Error != ErrorCode.NotCoordinator) return new ListGroupsResponse { ErrorCode = result.Error };
        }

        return new ListGroupsResponse { Groups = listed.ToImmutable() };
    }

    public async Task<DeleteGroupsResponse.DeletableGroupResult> DeleteAsync(string groupId)
    {
        CommandResult<DeleteGroupsResponse.DeletableGroupResult> result = await RunAsync(
            groupId, (state, _) => state.Administration.Delete(groupId)).ConfigureAwait(false);
        return result.Response ?? new() { GroupId = groupId, ErrorCode = result.Error };
    }

    /// <summary>Forgets what was committed for topics that are no more.</summary>
    public async Task ForgetTopicsAsync(IReadOnlyCollection<string> topics)
    {
        foreach (CoordinatorShard<GroupsState> shard in _shards.Values)
            await shard.RunAsync((state, _) => state.Offsets.ForgetTopics(topics)).ConfigureAwait(false);
    }

    /// <summary>Joins, stays in or leaves a group of the consumer group protocol (KIP-848).</summary>
    public async Task<ConsumerGroupHeartbeatResponse> ConsumerGroupHeartbeatAsync(
        ConsumerGroupHeartbeatRequest request, RequestOrigin origin)
    {
        if (!groups.Settings().ServesConsumerProtocol)
            return new ConsumerGroupHeartbeatResponse { ErrorCode = ErrorCode.UnsupportedVersion };
        CommandResult<ConsumerGroupHeartbeatResponse> result = await RunAsync(
            request.GroupId, (state, now) => state.Consumer.Heartbeat(request, origin, now)).ConfigureAwait(false);
        return result.Response ?? new ConsumerGroupHeartbeatResponse { ErrorCode = result.Error };
    }

    /// <summary>Describes a group of the consumer group protocol.</summary>
    public async Task<ConsumerGroupDescribeResponse.DescribedGroup> ConsumerGroupDescribeAsync(string groupId)
    {
        if (!groups.Settings().ServesConsumerProtocol) return new() { GroupId = groupId, ErrorCode = ErrorCode.UnsupportedVersion };
        if (groupId.Length == 0) return new() { ErrorCode = ErrorCode.InvalidGroupId };
        CommandResult<ConsumerGroupDescribeResponse.DescribedGroup> result = await ReadAsync(
            groupId, state => state.Consumer.Describe(groupId)).ConfigureAwait(false);
        return result.Response ?? new() { GroupId = groupId, ErrorCode = result.Error };
    }

    private ErrorCode CheckJoin(JoinGroupRequest request)
    {
        if (request.GroupId.Length == 0) return ErrorCode.InvalidGroupId;
        GroupSettings settings = groups.Settings();
        return request.SessionTimeoutMs < settings.SessionTimeoutMin.TotalMilliseconds
            || request.SessionTimeoutMs > settings.SessionTimeoutMax.TotalMilliseconds
                ? ErrorCode.InvalidSessionTimeout
                : ErrorCode.None;
    }

    private static ErrorCode ToCommitError(ErrorCode error) =>
        error is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge ? ErrorCode.InvalidCommitOffsetSize : error;

    private Task<CommandResult<TResponse>> RunAsync<TResponse>(
        string groupId, Func<GroupsState, DateTimeOffset, Decision<TResponse>> decide)
        where TResponse : class =>
        ShardOf(groupId)?.RunAsync(decide) ?? NotHere<TResponse>();

    private Task<CommandResult<TResponse>> ReadAsync<TResponse>(string groupId, Func<GroupsState, TResponse> read)
        where TResponse : class =>
        ShardOf(groupId)?.ReadAsync(read) ?? NotHere<TResponse>();

    private CoordinatorShard<GroupsState>? ShardOf(string groupId) =>
        _shards.GetValueOrDefault(CoordinatorPartitions.PartitionOf(groupId, topic.PartitionCount));

    private static Task<CommandResult<TResponse>> NotHere<TResponse>()
        where TResponse : class => Task.FromResult(CommandResult.Failed<TResponse>(ErrorCode.NotCoordinator));
}
