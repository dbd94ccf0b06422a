using LogBroker.Metadata.Sqlite;
using LogBroker.Metadata.Store;
using LogBroker.Metadata.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Metadata.Tests.Sqlite;

public sealed class SqliteMetadataStoreContractTests : MetadataStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("logbroker-metadata-").FullName;

    protected override ValueTask<IMetadataStore> OpenAsync() => ValueTask.FromResult(Open(_folder, Time));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal static IMetadataStore Open(string folder, TimeProvider time) => SqliteMetadataStore.Open(
        new SqliteMetadataStoreOptions { Path = Path.Combine(folder, "metadata.db") },
        time,
        NullLogger<SqliteMetadataStore>.Instance);
}

public sealed class SqliteMetadataLeaseContractTests : MetadataLeaseContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("logbroker-metadata-").FullName;

    protected override ValueTask<IMetadataStore> OpenAsync() =>
        ValueTask.FromResult(SqliteMetadataStoreContractTests.Open(_folder, Time));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
