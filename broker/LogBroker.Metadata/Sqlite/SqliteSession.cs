using System.Collections.Frozen;
using System.Collections.Immutable;
using LogBroker.Metadata.Store;
using Microsoft.Data.Sqlite;

namespace LogBroker.Metadata.Sqlite;

/// <summary>The one connection to the database file, its schema and its prepared statements.</summary>
/// <remarks>Owned by <see cref="SqliteMetadataStore"/>, which calls it from one thread at a time. The connection holds the
/// file's lock for as long as it lives, so that the write-ahead log's index is kept on the heap: in shared memory it would be
/// a memory map, and a full disk under a memory map ends the process. Throws <see cref="SqliteException"/>.</remarks>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly FrozenDictionary<string, string> _texts = SqlScript.Statements();
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    public static SqliteSession Open(string path)
    {
        SqliteLibrary.EnsureLoaded();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");
            Execute(connection, "PRAGMA mmap_size = 0");
            Execute(connection, "PRAGMA temp_store = MEMORY");
            UpgradeSchema(connection);
            return new SqliteSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Begin() => Execute("begin");

    public void Commit() => Execute("commit");

    public void Rollback() => Execute("rollback");

    public (long Revision, long Compacted, long LastLease) ReadRevisions()
    {
        using var reader = Command("select-revisions").ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    public void SetRevision(long revision) => Execute("update-revision", ("@revision", revision));

    public ImmutableArray<MetadataEntry> ReadEntries(string prefix)
    {
        var entries = ImmutableArray.CreateBuilder<MetadataEntry>();
        using var reader = Command("select-entries", ("@prefix", prefix)).ExecuteReader();
        while (reader.Read())
        {
            LeaseId? lease = reader.IsDBNull(4) ? null : new LeaseId(reader.GetInt64(4));
            entries.Add(new MetadataEntry(
                reader.GetString(0), Bytes(reader, 1), reader.GetInt64(2), reader.GetInt64(3), lease));
        }

        return entries.ToImmutable();
    }

    /// <summary>The key's create and mod revisions; (0, 0) if there is no such key.</summary>
    public (long Create, long Mod) ReadEntryRevisions(string key)
    {
        using var reader = Command("select-entry-revisions", ("@key", key)).ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }

    public void PutEntry(string key, ReadOnlyMemory<byte> value, long revision, LeaseId? lease) =>
        Execute("put-entry", ("@key", key), ("@value", value.ToArray()), ("@revision", revision), ("@lease", lease?.Value));

    public void DeleteEntry(string key) => Execute("delete-entry", ("@key", key));

    public void AddHistory(long revision, int ordinal, MetadataEvent change) =>
        Execute("insert-history", ("@revision", revision), ("@ordinal", (long)ordinal), ("@key", change.Key),
            ("@value", change.Value?.ToArray()), ("@create_revision", change.CreateRevision));

    /// <summary>The changes from <paramref name="fromRevision"/> on, whole revisions, at least <paramref name="eventsMax"/>
    /// events if there are that many; <c>Through</c> is the last revision looked at.</summary>
    public (ImmutableArray<MetadataChange> Changes, long Through) ReadHistory(
        string prefix, long fromRevision, long revisionNow, int eventsMax)
    {
        var changes = ImmutableArray.CreateBuilder<MetadataChange>();
        var events = ImmutableArray.CreateBuilder<MetadataEvent>();
        long revision = 0;
        int count = 0;
        using var reader = Command("select-history", ("@revision", fromRevision), ("@prefix", prefix)).ExecuteReader();
        while (reader.Read())
        {
            if (events.Count > 0 && reader.GetInt64(0) != revision)
            {
                changes.Add(new MetadataChange(revision, events.DrainToImmutable()));
                if (count >= eventsMax) return (changes.ToImmutable(), revision);
            }

            revision = reader.GetInt64(0);
            var value = reader.IsDBNull(2) ? default(ReadOnlyMemory<byte>?) : Bytes(reader, 2);
            events.Add(new MetadataEvent(reader.GetString(1), value, reader.GetInt64(3)));
            count++;
        }

        if (events.Count > 0) changes.Add(new MetadataChange(revision, events.DrainToImmutable()));
        return (changes.ToImmutable(), revisionNow);
    }

    public void DropHistory(long throughRevision)
    {
        Execute("delete-history", ("@revision", throughRevision));
        Execute("update-compacted-revision", ("@revision", throughRevision));
    }

    public IReadOnlyList<(LeaseId Lease, TimeSpan TimeToLive)> ReadLeases()
    {
        var leases = new List<(LeaseId, TimeSpan)>();
        using var reader = Command("select-leases").ExecuteReader();
        while (reader.Read())
            leases.Add((new LeaseId(reader.GetInt64(0)), TimeSpan.FromMilliseconds(reader.GetInt64(1))));
        return leases;
    }

    public void AddLease(LeaseId lease, TimeSpan timeToLive)
    {
        Execute("update-last-lease", ("@lease", lease.Value));
        Execute("insert-lease", ("@lease", lease.Value),
            ("@time_to_live_millis", (long)Math.Ceiling(timeToLive.TotalMilliseconds)));
    }

    public void DeleteLease(LeaseId lease) => Execute("delete-lease", ("@lease", lease.Value));

    public IReadOnlyList<string> ReadKeysOf(LeaseId lease)
    {
        var keys = new List<string>();
        using var reader = Command("select-keys-of-lease", ("@lease", lease.Value)).ExecuteReader();
        while (reader.Read()) keys.Add(reader.GetString(0));
        return keys;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    private static void UpgradeSchema(SqliteConnection connection)
    {
        using var query = connection.CreateCommand();
        query.CommandText = "PRAGMA user_version";
        long version = (long)query.ExecuteScalar()!;
        var files = SqlScript.SchemaFiles();
        if (version > files[^1].Version)
            throw new MetadataStoreException(
                $"The metadata store has schema version {version}; this program knows versions up to {files[^1].Version}.");
        foreach (var (fileVersion, text) in files)
        {
            if (fileVersion <= version) continue;
            using var transaction = connection.BeginTransaction();
            Execute(connection, text, transaction);
            Execute(connection, $"PRAGMA user_version = {fileVersion}", transaction);
            transaction.Commit();
        }
    }

#pragma warning disable CA2100 // The text is this room's own: a pragma or an embedded file.
    private static void Execute(SqliteConnection connection, string text, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string name, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(name, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = _texts[name];
            _commands.Add(name, command);
        }

        command.Parameters.Clear();
        foreach (var (parameter, value) in parameters)
            command.Parameters.AddWithValue(parameter, value ?? DBNull.Value);
        return command;
    }
#pragma warning restore CA2100

    private void Execute(string name, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Command(name, parameters).ExecuteNonQuery();

    private static ReadOnlyMemory<byte> Bytes(SqliteDataReader reader, int ordinal) => (byte[])reader.GetValue(ordinal);
}
