using System.Numerics;
using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Metadata;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>Decides what is fetched from whom: one long poll for each broker, over all partitions that are read there and have room.
/// </summary>
/// <remarks>
/// Belongs to the actor; <see cref="Ask"/> may be called by any thread. Memory is one budget for all partitions. While it is plentiful a
/// partition may have much of it, so that one busy partition is read at full speed; the less there is left the less each may have. When
/// nothing is left and nobody can read what is there, because it belongs to partitions that are paused or stuck, the fullest of these
/// lose what was fetched of them and are fetched again later.
/// </remarks>
internal sealed partial class FetchScheduler
{
    /// <summary>What a response has beside records.</summary>
    private const int ResponseOverheadBytes = 8 * 1024;

    /// <summary>Below this much room nothing is asked for.</summary>
    private const int SmallestFetchBytes = 32 * 1024;

    /// <summary>From this version on topics are told by their ids.</summary>
    private const short FirstTopicIdVersion = 13;

    /// <summary>How long a fetch may wait while a partition is left out of it for lack of room, which it may get any moment.</summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(20);

    /// <summary>A partition that lost what was fetched of it is not fetched for so long, so that others get the room.</summary>
    private static readonly TimeSpan EvictedPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, BrokerFetcher> _brokers = [];
    private readonly ConsumerContext _context;
    private readonly FetchResponseReader _responses;
    private long _reservedBytes;
    private int _isAsked;
    private int _isHungry;

    public FetchScheduler(ConsumerContext context, Action positionsNeeded)
    {
        _context = context;
        _responses = new FetchResponseReader(context, positionsNeeded, RetryLater);
        Memory = new FetchMemory(context.Options.PrefetchBytesMax) { Freed = AskIfHungry };
    }

    public FetchMemory Memory { get; }

    /// <summary>Has the actor look for what can be fetched now.</summary>
    public void Ask()
    {
        if (Interlocked.Exchange(ref _isAsked, 1) == 0 && !_context.IsStopped) _context.Actor.RunAsync(Schedule).IgnoreFailure();
    }

    /// <summary>The same, if anything waits for room.</summary>
    public void AskIfHungry()
    {
        if (Volatile.Read(ref _isHungry) != 0) Ask();
    }

    private void Schedule()
    {
        Volatile.Write(ref _isAsked, 0);
        if (_context.IsStopped) return;
        // Said before anything is looked at: room that comes meanwhile is looked at again.
        Volatile.Write(ref _isHungry, 1);
        bool isHungry = Sort();
        foreach (var broker in _brokers.Values)
        {
            if (broker.IsBusy || broker.Wanted.Count == 0 || broker.RetryAt > _context.Time.GetTimestamp()) continue;
            if (ReserveRoom() is not { } bytes)
            {
                isHungry = true;
                if (_context.Delivery.IsAwaited) Evict();
                continue;
            }
            broker.IsBusy = true;
            FetchAsync(broker, bytes).IgnoreFailure();
        }
        if (!isHungry) Volatile.Write(ref _isHungry, 0);
    }

    /// <summary>Sorts what can be fetched by the broker it is fetched from.</summary>
    /// <returns>Whether a partition is left out for lack of room.</returns>
    private bool Sort()
    {
        bool leavesOut = false;
        foreach (var broker in _brokers.Values)
        {
            broker.Wanted.Clear();
            broker.LeavesOut = false;
        }
        var snapshot = _context.Cluster.Metadata.Current;
        long now = _context.Time.GetTimestamp();
        long allowance = AllowanceBytes();
        foreach (var partition in _context.Table.All)
        {
            if (partition.State != PositionState.Ready || partition.IsPaused || partition.IsRevoked) continue;
            if (partition.RetryAt > now) continue;
            if (NodeOf(partition, snapshot) is not { } nodeId)
            {
                _context.Cluster.Metadata.RequestRefresh($"{partition.TopicPartition} has no leader");
                RetryLater(partition);
                continue;
            }
            if (!_brokers.TryGetValue(nodeId, out var broker)) _brokers[nodeId] = broker = new BrokerFetcher(nodeId);
            if (_context.Delivery.BufferedBytes(partition) < allowance)
            {
                broker.Wanted.Add(partition);
            }
            else
            {
                broker.LeavesOut = leavesOut = true;
            }
        }
        return leavesOut;
    }

    /// <summary>How much of a partition may wait to be read before it is fetched again.</summary>
    private long AllowanceBytes()
    {
        long share = Memory.BudgetBytes / (2 * Math.Max(_context.Table.Count, 1));
        long room = Memory.BudgetBytes - Memory.RentedBytes - _reservedBytes;
        return Math.Max(share, room / 4);
    }

    private int? NodeOf(AssignedPartition partition, ClusterSnapshot snapshot)
    {
        if (snapshot.FindPartition(partition.TopicPartition) is not { HasLeader: true } known) return null;
        if (partition.Preferred is not { } preferred) return known.LeaderId;
        bool isFresh = preferred.Epoch == known.LeaderEpoch && snapshot.Brokers.ContainsKey(preferred.NodeId)
            && _context.Time.GetElapsedTime(preferred.Since) < _context.Cluster.Options.MetadataAgeMax;
        if (isFresh) return preferred.NodeId;
        partition.Preferred = null;
        return known.LeaderId;
    }

    /// <summary>Takes room for one response off the budget: a block that holds what is asked for.</summary>
    private int? ReserveRoom()
    {
        int idle = Math.Max(_brokers.Values.Count(broker => !broker.IsBusy && broker.Wanted.Count > 0), 1);
        long room = (Memory.BudgetBytes - Memory.RentedBytes - _reservedBytes) / idle;
        if (room < SmallestFetchBytes) return null;
        long most = Math.Min((long)_context.Options.FetchMaxBytes + ResponseOverheadBytes, Memory.BlockBytesMax);
        long wanted = Math.Clamp(most, SmallestFetchBytes, room);
        int block = 1 << Math.Min(BitOperations.Log2((ulong)wanted), 30);
        _reservedBytes += block;
        return block;
    }

    private async Task FetchAsync(BrokerFetcher broker, int blockBytes)
    {
        try
        {
            var connection = await _context.Pool.ConnectAsync(broker.NodeId, ConnectionLane.Fetch, _context.Stopped).ConfigureAwait(true);
            var request = MakeRequest(
                broker, Math.Min(blockBytes - ResponseOverheadBytes, _context.Options.FetchMaxBytes));
            bool hasIds = broker.Asked.Values.All(asked => TopicIdOf(asked.Partition.TopicPartition) != Guid.Empty);
            short versionMax = hasIds ? short.MaxValue : (short)(FirstTopicIdVersion - 1);
            var response = await connection.SendPooledAsync(
                request,
                versionMax,
                Memory,
                _context.Cluster.Options.RequestTimeout + _context.Options.FetchMaxWait,
                _context.Stopped).ConfigureAwait(true);
            var frame = new FetchedFrame(response);
            try
            {
                _responses.Take(broker, response.Message, frame);
            }
            finally
            {
                frame.Release();
            }
            broker.Failures = 0;
        }
        catch (OperationCanceledException)
        {
            broker.Session.Reset();
        }
        catch (KafkaException failure)
        {
            NoteFailure(broker, failure);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            broker.Session.Reset();
            broker.RetryAt = RestFor(_context.Cluster.RetryBackoff.Delay(++broker.Failures));
            _context.Delivery.Fail(failure);
        }
        finally
        {
            broker.IsBusy = false;
            _reservedBytes -= blockBytes;
            Ask();
        }
    }

    private FetchRequest MakeRequest(BrokerFetcher broker, int bytesMax)
    {
        var snapshot = _context.Cluster.Metadata.Current;
        var wanted = new Dictionary<TopicPartition, FetchTarget>(broker.Wanted.Count);
        broker.Asked.Clear();
        foreach (var partition in broker.Wanted)
        {
            if (partition.State != PositionState.Ready || partition.IsRevoked) continue;
            var name = partition.TopicPartition;
            var topic = snapshot.FindTopic(name.Topic);
            var known = snapshot.FindPartition(name);
            wanted[name] = new FetchTarget(
                topic?.Id ?? Guid.Empty, partition.FetchOffset, known?.LeaderEpoch ?? LeaderEpoch.None, Math.Min(_context.Options.MaxPartitionFetchBytes, bytesMax))
            {
                // A replica's log may end before what was read from the leader: what it lacks is not cut off.
                LastEpoch = known?.LeaderId == broker.NodeId ? partition.FetchEpoch : LeaderEpoch.None,
            };
            broker.Asked[name] = (partition, partition.Version, partition.FetchOffset);
        }
        var request = broker.Session.Next(wanted);
        var wait = broker.LeavesOut && _context.Options.FetchMaxWait > ShortWait ? ShortWait : _context.Options.FetchMaxWait;
        request.MaxWaitMs = (int)wait.TotalMilliseconds;
        request.MinBytes = _context.Options.FetchMinBytes;
        request.MaxBytes = bytesMax;
        request.ReplicaId = -1;
        request.IsolationLevel = (sbyte)_context.Options.IsolationLevel;
        request.RackId = _context.Options.ClientRack ?? "";
        return request;
    }

    private Guid TopicIdOf(TopicPartition partition) =>
        _context.Cluster.Metadata.Current.FindTopic(partition.Topic)?.Id ?? Guid.Empty;

    private void NoteFailure(BrokerFetcher broker, KafkaException failure)
    {
        broker.Session.Reset();
        broker.RetryAt = RestFor(_context.Cluster.RetryBackoff.Delay(++broker.Failures));
        Log.FetchFailed(_context.Logger, broker.NodeId, failure.Message);
        foreach (var partition in broker.Wanted.Where(partition => partition.Preferred?.NodeId == broker.NodeId))
            partition.Preferred = null;
        if (failure.IsRetriable) _context.Cluster.Metadata.RequestRefresh($"broker {broker.NodeId} cannot be fetched from");
        else _context.Delivery.Fail(failure);
    }

    /// <summary>Frees memory from the partition that has most of it: whoever reads waits, so nobody reads that one.</summary>
    private void Evict()
    {
        var stuck = _context.Table.All.MaxBy(_context.Delivery.BufferedBytes);
        if (stuck is null || _context.Delivery.Evict(stuck) is not { } from) return;
        stuck.FetchOffset = from;
        stuck.RetryAt = RestFor(EvictedPause);
        Log.Evicted(_context.Logger, stuck.TopicPartition, from);
        Ask();
    }

    /// <summary>Leaves a partition alone for the backoff.</summary>
    private void RetryLater(AssignedPartition partition) =>
        partition.RetryAt = RestFor(_context.Cluster.RetryBackoff.Delay(++partition.Failures));

    /// <summary>Has the actor look again when the time is over.</summary>
    /// <returns>The moment when it is.</returns>
    private long RestFor(TimeSpan delay)
    {
        long due = _context.Time.GetTimestamp() + (long)(delay.TotalSeconds * _context.Time.TimestampFrequency);
        AskAtAsync(due).IgnoreFailure();
        return due;
    }

    private async Task AskAtAsync(long due)
    {
        while (_context.Time.GetElapsedTime(_context.Time.GetTimestamp(), due) is { Ticks: > 0 } left)
        {
            // A timer goes by a coarser clock, and may be early by some milliseconds: then what rests would be passed over for good.
            await Task.Delay(left + TimeSpan.FromMilliseconds(1), _context.Time, _context.Stopped).ConfigureAwait(false);
        }
        Ask();
    }

    private static partial class Log
    {
        [LoggerMessage(5200, LogLevel.Warning, "A fetch from broker {NodeId} failed: {Reason}", EventName = "FetchFailed")]
        public static partial void FetchFailed(ILogger logger, int nodeId, string reason);

        [LoggerMessage(
            5201,
            LogLevel.Debug,
            "The memory for fetches is full: what was fetched of {Partition} from offset {Offset} on is dropped, since nobody reads it",
            EventName = "PrefetchEvicted")]
        public static partial void Evicted(ILogger logger, TopicPartition partition, long offset);
    }
}
