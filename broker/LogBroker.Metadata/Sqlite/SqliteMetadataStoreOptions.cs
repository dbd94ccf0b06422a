namespace LogBroker.Metadata.Sqlite;

/// <summary>How a <see cref="SqliteMetadataStore"/> keeps its data.</summary>
public sealed record SqliteMetadataStoreOptions
{
    /// <summary>The database file; its folder must exist. Two more files with the same beginning lie beside it.</summary>
    public required string Path { get; init; }

    /// <summary>How many revisions of history a watch may fall behind. Default 10,000: minutes of a busy cluster's changes, a
    /// few megabytes. More than zero.</summary>
    public int HistoryRevisions { get; init; } = 10_000;
}
