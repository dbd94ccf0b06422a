using LogBroker.Metadata.Sqlite;
using LogBroker.Metadata.Store;
using LogBroker.Metadata.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Metadata.Tests.Sqlite;

public sealed class SqliteMetadataStoreContractTests : MetadataStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("logbroker-metadata-").FullName;

    protected override ValueTask<IMetadataStore> OpenAsync() => ValueTask.FromResult<IMetadataStore>(
        SqliteMetadataStore.Open(
            new SqliteMetadataStoreOptions { Path = Path.Combine(_folder, "metadata.db") },
            Time,
            NullLogger<SqliteMetadataStore>.Instance));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
