using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LogBroker.Metadata.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace LogBroker.Metadata.Sqlite;

/// <summary>The embedded metadata store: one SQLite file (write-ahead log, synced at every commit).</summary>
/// <remarks>
/// Owner: the process that opened it; a second process is refused the file. Several brokers of one process may share it.
/// Threads: one operation at a time, behind a gate; operations are short and do their disk work on the caller's thread.
/// Lifecycle: <see cref="Open"/>, then any operations, then <see cref="DisposeAsync"/>, which ends all watches.
/// Leases get their full time again when the store is opened; expiry is a timer of the <see cref="TimeProvider"/>.
/// Failure: SQLite's errors (disk full, I/O) roll the transaction back and surface as <see cref="MetadataStoreException"/>;
/// the next operation is tried anew.
/// </remarks>
public sealed partial class SqliteMetadataStore : IMetadataStore
{
    private const int WatchPageEvents = 512;

    private readonly SqliteSession _session;
    private readonly SqliteMetadataStoreOptions _options;
    private readonly ILogger<SqliteMetadataStore> _logger;
    private readonly LeaseClock _leases;
    private readonly RevisionSignal _signal = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isDisposed;

    private SqliteMetadataStore(
        SqliteSession session, SqliteMetadataStoreOptions options, TimeProvider time, ILogger<SqliteMetadataStore> logger)
    {
        _session = session;
        _options = options;
        _logger = logger;
        _leases = new LeaseClock(time, () => _ = ExpireLeasesAsync());
    }

    /// <summary>Opens the file, making or upgrading it as needed.</summary>
    /// <exception cref="MetadataStoreException">The file cannot be opened, is not a metadata store, is of a later version, or
    /// is in use by another process.</exception>
    public static SqliteMetadataStore Open(
        SqliteMetadataStoreOptions options, TimeProvider time, ILogger<SqliteMetadataStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.HistoryRevisions);
        SqliteSession? session = null;
        try
        {
            session = SqliteSession.Open(options.Path);
            var store = new SqliteMetadataStore(session, options, time, logger);
            long revision = session.ReadRevisions().Revision;
            store._signal.Advance(revision);
            foreach (var (lease, timeToLive) in session.ReadLeases()) store._leases.Start(lease, timeToLive);
            Log.Opened(logger, options.Path, revision);
            return store;
        }
        catch (SqliteException exception)
        {
            session?.Dispose();
            throw new MetadataStoreException($"Cannot open the metadata store {options.Path}: {exception.Message}", exception);
        }
    }

    public Task<MetadataSnapshot> ReadAsync(string prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return ExclusivelyAsync(
            () => new MetadataSnapshot(_session.ReadRevisions().Revision, _session.ReadEntries(prefix)), cancellationToken);
    }

    public Task<CommitResult> CommitAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return WriteAsync(() => Commit(transaction), cancellationToken);
    }

    public async IAsyncEnumerable<MetadataChange> WatchAsync(
        string prefix, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fromRevision);
        long next = fromRevision;
        while (true)
        {
            var (changes, through) = await ExclusivelyAsync(() => ReadHistory(prefix, next), cancellationToken);
            foreach (var change in changes) yield return change;
            next = Math.Max(next, through + 1);
            await _signal.WaitForAsync(next, cancellationToken);
        }
    }

    public Task<LeaseId> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        return WriteAsync(
            () =>
            {
                var lease = new LeaseId(_session.ReadRevisions().LastLease + 1);
                _session.AddLease(lease, timeToLive);
                return lease;
            },
            cancellationToken,
            lease => _leases.Start(lease, timeToLive));
    }

    public Task<bool> KeepAliveAsync(LeaseId lease, CancellationToken cancellationToken) =>
        ExclusivelyAsync(() => _leases.TryRestart(lease), cancellationToken);

    public Task<bool> RevokeAsync(LeaseId lease, CancellationToken cancellationToken) =>
        ExclusivelyAsync(() => _leases.Contains(lease) && EndLease(lease), cancellationToken);

    public Task CompactAsync(long revision, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                var (now, compacted, _) = _session.ReadRevisions();
                ArgumentOutOfRangeException.ThrowIfGreaterThan(revision, now);
                if (revision > compacted) _session.DropHistory(revision);
                return revision;
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _leases.Dispose();
            _signal.Close();
            _session.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    private CommitResult Commit(MetadataTransaction transaction)
    {
        var (revision, compacted, _) = _session.ReadRevisions();
        foreach (var condition in transaction.Conditions)
        {
            if (_session.ReadEntryRevisions(condition.Key).Mod != condition.ModRevision)
                return new CommitResult(CommitStatus.Conflict, revision);
        }

        foreach (var operation in transaction.Operations)
        {
            if (operation.Lease is { } lease && !_leases.Contains(lease))
                return new CommitResult(CommitStatus.LeaseNotFound, revision);
        }

        return new CommitResult(CommitStatus.Committed, Apply(transaction.Operations, revision, compacted));
    }

    /// <summary>Does the operations as the next revision and answers it; if they change nothing, there is none.</summary>
    private long Apply(IEnumerable<MetadataOperation> operations, long revision, long compacted)
    {
        long next = revision + 1;
        int ordinal = 0;
        foreach (var operation in operations)
        {
            long created = _session.ReadEntryRevisions(operation.Key).Create;
            if (operation.IsDelete && created == 0) continue;
            if (operation.Value is { } value)
                _session.PutEntry(operation.Key, value, next, operation.Lease);
            else
                _session.DeleteEntry(operation.Key);
            long createRevision = operation.IsDelete ? 0 : created == 0 ? next : created;
            _session.AddHistory(next, ordinal++, new MetadataEvent(operation.Key, operation.Value, createRevision));
        }

        if (ordinal == 0) return revision;
        _session.SetRevision(next);
        // Dropped by halves, so that the cost is spread over many commits.
        if (next - compacted > 2L * _options.HistoryRevisions) _session.DropHistory(next - _options.HistoryRevisions);
        return next;
    }

    private (ImmutableArray<MetadataChange> Changes, long Through) ReadHistory(string prefix, long fromRevision)
    {
        var (revision, compacted, _) = _session.ReadRevisions();
        if (fromRevision <= compacted) throw new CompactedException(compacted);
        return _session.ReadHistory(prefix, fromRevision, revision, WatchPageEvents);
    }

    private bool EndLease(LeaseId lease)
    {
        long revision = Transact(() =>
        {
            var (now, compacted, _) = _session.ReadRevisions();
            var deletes = _session.ReadKeysOf(lease).Select(key => new MetadataOperation(key, null, null)).ToList();
            long result = Apply(deletes, now, compacted);
            _session.DeleteLease(lease);
            return result;
        });
        _leases.Stop(lease);
        _signal.Advance(revision);
        return true;
    }

    private async Task ExpireLeasesAsync()
    {
        try
        {
            await ExclusivelyAsync(
                () =>
                {
                    foreach (var lease in _leases.Expired())
                    {
                        EndLease(lease);
                        Log.LeaseExpired(_logger, lease);
                    }

                    return true;
                },
                CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The store was closed while the timer fired; its leases start anew when it is opened.
        }
        catch (MetadataStoreException exception)
        {
            Log.LeaseExpiryFailed(_logger, exception);
            _leases.RetryExpiry();
        }
    }

    private Task<T> WriteAsync<T>(Func<T> write, CancellationToken cancellationToken, Action<T>? afterCommit = null) =>
        ExclusivelyAsync(
            () =>
            {
                var result = Transact(write);
                afterCommit?.Invoke(result);
                _signal.Advance(_session.ReadRevisions().Revision);
                return result;
            },
            cancellationToken);

    private T Transact<T>(Func<T> write)
    {
        _session.Begin();
        try
        {
            var result = write();
            _session.Commit();
            return result;
        }
        catch
        {
            TryRollback();
            throw;
        }
    }

    private void TryRollback()
    {
        try
        {
            _session.Rollback();
        }
        catch (SqliteException)
        {
            // SQLite has already rolled the transaction back by itself, as it does on a full disk.
        }
    }

    private async Task<T> ExclusivelyAsync<T>(Func<T> operation, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return operation();
        }
        catch (SqliteException exception)
        {
            throw new MetadataStoreException($"The metadata store failed: {exception.Message}", exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Information, "Opened the metadata store {Path} at revision {Revision}",
            EventName = "MetadataStoreOpened")]
        public static partial void Opened(ILogger logger, string path, long revision);

        [LoggerMessage(3102, LogLevel.Information, "Lease {Lease} expired", EventName = "LeaseExpired")]
        public static partial void LeaseExpired(ILogger logger, LeaseId lease);

        [LoggerMessage(3103, LogLevel.Error, "Could not delete what an expired lease held; trying again soon",
            EventName = "LeaseExpiryFailed")]
        public static partial void LeaseExpiryFailed(ILogger logger, Exception exception);
    }
}
