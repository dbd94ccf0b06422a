using LogBroker.Client.Connections;
using LogBroker.Client.Metadata;
using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Producing.Sending;

/// <summary>Sends what there is for the partitions that one broker leads.</summary>
/// <remarks>
/// One worker at a time looks through the partitions that have something. What somebody waits for leaves at once while nothing is on
/// its way to the broker, else when the last answer comes. What nobody waits for leaves at once after a pause of a linger, else it
/// gathers until its batch is full or its linger is over: a steady trickle costs one request for each linger. Requests leave in
/// order; up to <c>max.in.flight</c> of them wait for answers.
/// </remarks>
internal sealed partial class NodeSender : ISender, IAsyncDisposable
{
    private readonly int _nodeId;
    private readonly ProducerContext _context;
    private readonly ConnectionPool _connections;
    private readonly AnswerReader _answers;
    private readonly Action<PartitionQueue> _moved;
    private readonly Worker _worker;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private readonly List<PartitionQueue> _incoming = [];
    private readonly List<PartitionQueue> _listed = [];
    private ClusterSnapshot? _checked;
    private bool _hasNew;
    private bool _wasConnected;
    private Task _connecting = Task.CompletedTask;
    private bool _isConnecting;
    private Task _lastAnswer = Task.CompletedTask;
    private int _inFlight;
    private int _from;
    private long _armedFor;
    private long _lastSent;

    public NodeSender(
        int nodeId,
        ProducerContext context,
        ConnectionPool connections,
        AnswerReader answers,
        Action<PartitionQueue> moved)
    {
        _nodeId = nodeId;
        _context = context;
        _connections = connections;
        _answers = answers;
        _moved = moved;
        _worker = new Worker(SendAsync);
        _lastSent = context.Time.GetTimestamp() - context.Batches.LingerTicks;
        _timer = context.Time.CreateTimer(_ => WakeByTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public KafkaException? ConnectFailure { get; private set; }

    /// <summary>A partition this broker leads has something to send. It stays listed until it has nothing, or moves.</summary>
    public void Add(PartitionQueue queue)
    {
        lock (_lock) _incoming.Add(queue);
        queue.Sender = this;
        Wake();
    }

    public void Wake()
    {
        if (!_stopped.IsCancellationRequested) _worker.Request();
    }

    /// <summary>Stops sending; requests on their way are not waited for. Their connections are for the owner of the pool to close.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped.IsCancellationRequested) return;
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _worker.WhenEnded.ConfigureAwait(false);
        await _connecting.ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        try
        {
            TakeIncoming();
            PassOnMoved();
            while (!_stopped.IsCancellationRequested && Volatile.Read(ref _inFlight) < _context.Options.InFlightMax && _listed.Count > 0)
            {
                if (_connections.FindOpen(_nodeId, ConnectionLane.Produce) is not { } connection)
                {
                    if (_wasConnected) _context.Cluster.Metadata.RequestRefresh("the connection to a leader has ended");
                    _wasConnected = false;
                    Connect();
                    return;
                }

                _wasConnected = true;
                if (connection.SilenceLeft is { Ticks: > 0 } silence)
                {
                    // What is collected cannot expire any more.
                    Arm(_context.Time.GetTimestamp() + (long)(silence.TotalSeconds * _context.Time.TimestampFrequency));
                    return;
                }

                long wakeAt = long.MaxValue;
                if (Collect(ref wakeAt) is not { } request)
                {
                    Arm(wakeAt);
                    return;
                }

                await DispatchAsync(connection, request).ConfigureAwait(false);
                TakeIncoming();
                PassOnMoved();
            }
        }
        catch (Exception failure)
        {
            Log.Failed(_context.Logger, failure, _nodeId);
        }
    }

    private void TakeIncoming()
    {
        lock (_lock)
        {
            _hasNew |= _incoming.Count > 0;
            _listed.AddRange(_incoming);
            _incoming.Clear();
        }
    }

    /// <summary>Gives partitions that another broker leads now to its sender.</summary>
    private void PassOnMoved()
    {
        ClusterSnapshot snapshot = _context.Cluster.Metadata.Current;
        if (snapshot == _checked && !_hasNew) return;
        (_checked, _hasNew) = (snapshot, false);
        for (int index = _listed.Count - 1; index >= 0; index--)
        {
            PartitionQueue queue = _listed[index];
            if (snapshot.FindPartition(queue.TopicPartition)?.LeaderId == _nodeId) continue;
            _listed.RemoveAt(index);
            _moved(queue);
        }
    }

    /// <summary>Gathers what may be sent now into one request, each time starting with another partition.</summary>
    private OutgoingRequest? Collect(ref long wakeAt)
    {
        long now = _context.Time.GetTimestamp();
        long restedAt = _lastSent + _context.Batches.LingerTicks;
        bool isIdle = Volatile.Read(ref _inFlight) == 0;
        bool isHurried = (isIdle && now >= restedAt) || _context.IsClosing || _context.Rounds.IsFlushing
            || _context.Memory.IsContended;
        OutgoingRequest? request = null;
        int count = _listed.Count;
        _from = count == 0 ? 0 : (_from + 1) % count;
        int index = _from;
        for (int looked = 0; looked < count; looked++)
        {
            if (index >= _listed.Count) index = 0;
            var conditions = new TakeConditions
            {
                NodeId = _nodeId,
                Now = now,
                IsHurried = isHurried,
                IsIdle = isIdle,
                InFlightMax = _context.Options.InFlightMax,
                BytesLeft = request is null ? int.MaxValue : _context.Options.RequestSizeBytesMax - request.SizeInBytes,
                Identities = _context.Identities,
            };
            PartitionQueue queue = _listed[index];
            if (queue.QueuedBatches > 0 && _context.Transaction?.MaySendTo(queue.TopicPartition) == false)
            {
                index++;
                continue;
            }

            switch (queue.TryTake(conditions, out ProducerBatch? batch, out long queueWakeAt))
            {
                case TakeOutcome.Taken:
                    (request ??= new OutgoingRequest(_nodeId, _context.Cluster.Metadata.Current)).Add(batch!);
                    index++;
                    break;
                case TakeOutcome.Empty:
                    _listed.RemoveAt(index);
                    break;
                case TakeOutcome.Later:
                    wakeAt = Math.Min(wakeAt, isIdle && restedAt > now ? Math.Min(restedAt, queueWakeAt) : queueWakeAt);
                    index++;
                    break;
                default:
                    index++;
                    break;
            }
        }

        return request;
    }

    private async Task DispatchAsync(BrokerConnection connection, OutgoingRequest request)
    {
        TimeSpan timeout = _context.RequestTimeout;
        _lastSent = _context.Time.GetTimestamp();
        Interlocked.Increment(ref _inFlight);
        try
        {
            ProduceRequest produce = request.Build(
                _context.Options.Acks, timeout, _context.Codec, _context.Transaction?.TransactionalId);
            short versionMax = Math.Min(request.VersionMax, _context.Transaction?.ProduceVersionMax ?? short.MaxValue);
            if (_context.Options.Acks == Acks.None)
            {
                await connection.SendWithoutResponseAsync(produce, versionMax, timeout, CancellationToken.None).ConfigureAwait(false);
                _answers.EndUnanswered(request);
                Interlocked.Decrement(ref _inFlight);
                return;
            }

            Task<ProduceResponse> answer =
                await connection.DispatchAsync(produce, versionMax, timeout, CancellationToken.None).ConfigureAwait(false);
            _lastAnswer = AwaitAsync(request, answer, _lastAnswer);
        }
        catch (Exception failure)
        {
            _answers.Fail(request, failure as KafkaException ?? new KafkaException(
                ErrorCode.UnknownServerError, $"The produce could not be made: {failure.Message}", failure));
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <summary>Answers are read one after the other, as they came: what a batch's answer means depends on those before it.</summary>
    private async Task AwaitAsync(OutgoingRequest request, Task<ProduceResponse> answer, Task before)
    {
        long started = ProducerMetrics.MeasuresDuration ? _context.Time.GetTimestamp() : 0;
        try
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ProduceResponse response = await answer.ConfigureAwait(false);
            if (started > 0) ProducerMetrics.Answered(_context.Time.GetElapsedTime(started));
            _answers.Read(request, response);
        }
        catch (KafkaException failure)
        {
            _answers.Fail(request, failure);
        }
        catch (Exception failure)
        {
            Log.Failed(_context.Logger, failure, _nodeId);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            Wake();
            foreach (ProducerBatch batch in request.Batches)
            {
                // A partition that moved meanwhile has waited for this answer elsewhere.
                if (batch.Queue.Sender is { } other && other != this) other.Wake();
            }
        }
    }

    private void Connect()
    {
        if (Interlocked.Exchange(ref _isConnecting, true)) return;
        _connecting = ConnectAsync();
    }

    /// <summary>Makes one try; the connection's slot waits before it when earlier ones failed.</summary>
    private async Task ConnectAsync()
    {
        try
        {
            await _connections.ConnectAsync(_nodeId, ConnectionLane.Produce, _stopped.Token).ConfigureAwait(false);
            ConnectFailure = null;
        }
        catch (Exception failure) when (failure is KafkaException or OperationCanceledException or ObjectDisposedException)
        {
            if (failure is not OperationCanceledException) _context.Cluster.Metadata.RequestRefresh("a leader cannot be reached");
            // A refusal for good is told when the batches' time is up, with this as its reason; until then it may be mended.
            ConnectFailure = failure as KafkaException ?? ConnectFailure;
            await Task.Delay(_context.Cluster.Options.ReconnectBackoff, _context.Time, _stopped.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Volatile.Write(ref _isConnecting, false);
        Wake();
    }

    private void WakeByTimer()
    {
        Volatile.Write(ref _armedFor, 0);
        Wake();
    }

    private void Arm(long wakeAt)
    {
        if (wakeAt == long.MaxValue) return;
        long now = _context.Time.GetTimestamp();
        long armedFor = Volatile.Read(ref _armedFor);
        if (armedFor > now && armedFor <= wakeAt) return; // it will wake in time
        Volatile.Write(ref _armedFor, wakeAt);
        TimeSpan wait = _context.Time.GetElapsedTime(now, Math.Max(now, wakeAt));
        // Timers count whole milliseconds; one that fired too early would only be armed again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds) + 1), Timeout.InfiniteTimeSpan);
    }

    private static partial class Log
    {
        [LoggerMessage(5112, LogLevel.Error, "Sending to broker {NodeId} failed unexpectedly", EventName = "SendingFailed")]
        public static partial void Failed(ILogger logger, Exception failure, int nodeId);
    }
}
