using System.Net;
using System.Net.Sockets;
using LogBroker.Server.Hosting;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Hosting;

/// <summary>A broker that cannot start says why in one sentence and ends with exit code 1, and never hangs.</summary>
public sealed class FailedStartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("logbroker-test-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Start_DataDirectoryIsAFile_Fails()
    {
        string file = Path.Combine(_data, "file");
        await File.WriteAllTextAsync(file, "");

        await FailsAsync($"Cannot create or write the data directory {file}", file);
    }

    [Fact]
    public async Task Start_DataDirectoryInUse_Fails()
    {
        await using TestBroker other = await TestBroker.StartAsync();

        await FailsAsync(other.DataDirectory, other.DataDirectory);
    }

    [Fact]
    public async Task Start_CatalogueIsNoDatabase_Fails()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "metadata.db"), new string('x', 10_000));

        await FailsAsync("metadata.db", _data);
    }

    [Fact]
    public async Task Start_CatalogueIsADirectory_Fails()
    {
        Directory.CreateDirectory(Path.Combine(_data, "metadata.db"));

        await FailsAsync("metadata.db", _data);
    }

    [Fact]
    public async Task Start_HttpPortTaken_Fails()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        await FailsAsync(
            $"Cannot listen on http://{taken.LocalEndpoint}: the port is in use", _data,
            $"http.listeners=http://{taken.LocalEndpoint}");
    }

    [Fact]
    public async Task Start_HostUnknown_Fails() => await FailsAsync(
        "Cannot listen on PLAINTEXT://no-such-host.invalid:0: the host has no address here", _data,
        "listeners=PLAINTEXT://no-such-host.invalid:0");

    [Fact]
    public async Task Start_AddressOfAnotherMachine_Fails() => await FailsAsync(
        "Cannot listen on PLAINTEXT://192.0.2.1:0", _data, "listeners=PLAINTEXT://192.0.2.1:0");

    private async Task FailsAsync(string expected, string data, params string[] settings)
    {
        string[] arguments =
        [
            "--data", data, "--log-level", "off", "--set", "listeners=PLAINTEXT://127.0.0.1:0", "--set", "http.listeners=",
            .. settings.SelectMany(setting => new[] { "--set", setting }),
        ];

        int exit = await BrokerProcess.RunAsync(arguments, TestSettings.NoEnvironment, _output, _errors).WaitAsync(Patience);

        string error = _errors.ToString().Trim();
        Assert.Equal(BrokerProcess.ExitFailed, exit);
        Assert.StartsWith("logbroker: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }
}
