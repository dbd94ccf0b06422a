using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

public sealed class BrokerProcessTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task RunAsync_Help_PrintsUsage()
    {
        Assert.Equal(0, await RunAsync("--help"));
        Assert.Contains("--set KEY=VALUE", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Version_PrintsIt()
    {
        Assert.Equal(0, await RunAsync("--version"));
        Assert.Equal($"LogBroker {BrokerProcess.Version}", _output.ToString().Trim());
    }

    [Fact]
    public async Task RunAsync_BadSettings_ExitsWith2AndOneSentenceForEach()
    {
        Assert.Equal(2, await RunAsync("--set", "num.partition=1", "nodeid=2"));
        Assert.Equal(2, _errors.ToString().Trim().Split('\n').Length);
        Assert.DoesNotContain("   at ", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_DataDirectoryNotWritable_ExitsWith1()
    {
        Assert.Equal(1, await RunAsync("--data", "/proc/logbroker-test"));
        Assert.StartsWith("logbroker: Cannot create or write the data directory /proc/logbroker-test", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_PortTaken_ExitsWith1()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        string data = Directory.CreateTempSubdirectory("logbroker-test-").FullName;
        try
        {
            Assert.Equal(1, await RunAsync(
                "--data", data, "--set", $"listeners=PLAINTEXT://{taken.LocalEndpoint}", "http.listeners=", "--log-level=off"));
            Assert.Equal(
                $"logbroker: Cannot listen on PLAINTEXT://{taken.LocalEndpoint}: the port is in use by another process.",
                _errors.ToString().Trim());
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private Task<int> RunAsync(params string[] arguments) =>
        BrokerProcess.RunAsync(arguments, TestSettings.NoEnvironment, _output, _errors);
}
