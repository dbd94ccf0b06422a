using System.Net;
using System.Net.Sockets;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>What is told when the cluster cannot be spoken to: what happened, why, and what to try.</summary>
public sealed class UnreachableTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CommandLineUnderTest _cli = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly List<TcpClient> _clients = [];
    private Task _answering = Task.CompletedTask;

    public Task InitializeAsync()
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _answering;
    }

    public void Dispose()
    {
        foreach (TcpClient client in _clients) client.Dispose();
        _listener.Dispose();
        _over.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP, not Kafka's protocol", "--bootstrap-servers")]
    [InlineData("\x15\x03\x03\x00\x02\x02\x46", "wants TLS", "-X security.protocol=SSL")]
    [InlineData("220 mail.example.com ESMTP\r\n", "does not speak Kafka's protocol", "--bootstrap-servers")]
    [InlineData("", "ends them at once", "-X security.protocol=SSL")]
    [InlineData(null, "does not answer", "./logbroker cluster health")]
    public async Task Run_AgainstWhatIsNoBroker_SaysWhatItIs(string? answer, string reason, string next)
    {
        _answering = AnswerAsync(answer is null ? null : System.Text.Encoding.Latin1.GetBytes(answer));

        await AssertToldAsync($"topic list -b 127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port} --timeout 0.3", reason, next, answer is null ? HasLittleTime() : _cli);
    }

    [Fact]
    public async Task Run_WhereConnectionsAreNotTaken_SaysThatItCannotBeReached()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        // One waits to be accepted, and Linux answers no more then.
        using var waiting = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(full.LocalEndPoint!);

        await AssertToldAsync($"topic list -b {full.LocalEndPoint} --timeout 0.3", $"{full.LocalEndPoint} cannot be reached: ", "--bootstrap-servers", HasLittleTime());
    }

    [Theory]
    [InlineData("SSL", "\x15\x03\x03\x00\x02\x02\x46", "no answer by TLS: late")]
    [InlineData("SASL_SSL", "", "no answer by TLS: late")]
    [InlineData("SASL_PLAINTEXT", "\x00\x00\x00\x06\x00\x00\x00\x2a\x00\x23", "still got none: late")]
    public async Task Probe_OfABrokerThatIsLate_BlamesNeitherTlsNorSasl(string protocol, string answer, string reason)
    {
        _answering = AnswerAsync(System.Text.Encoding.Latin1.GetBytes(answer));
        var connection = new ConnectionSettings(
            $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}", new Dictionary<string, string> { ["security.protocol"] = protocol }, TimeSpan.FromSeconds(1))
        { AddressPatience = Patience };

        CommandException told = await BootstrapProbe.ExplainAsync(new TimeoutException("late"), connection, CancellationToken.None);

        Assert.Contains(reason, told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topic list")]
    [InlineData("topic create x")]
    [InlineData("produce x --template y")]
    [InlineData("consume x")]
    [InlineData("consume x --group g")]
    [InlineData("group describe g")]
    [InlineData("group reset-offsets g --topic x --to-latest --yes")]
    [InlineData("config describe topic x")]
    [InlineData("cluster info")]
    [InlineData("txn list")]
    [InlineData("bench produce x -n 1")]
    [InlineData("server check")]
    [InlineData("demo --clean")]
    public async Task Run_WhereNothingListens_SaysSo(string line) =>
        await AssertToldAsync($"{line} -b 127.0.0.1:{LoopbackPort.FindFree()} --timeout 0.3", "Nothing listens at 127.0.0.1:", "./logbroker server starts a broker");

    [Fact]
    public async Task Run_WhereNothingListensForASecond_SaysThatItGoesOnTrying()
    {
        int port = LoopbackPort.FindFree();
        using var over = new CancellationTokenSource();
        using var error = new FirstLine();
        var cli = new CommandLineUnderTest { Error = error };
        Task<CommandResult> trying = cli.RunAsync($"topic list -b 127.0.0.1:{port} --timeout 1000", "", over.Token);

        Assert.Equal($"Nothing listens at 127.0.0.1:{port}. Trying for 1000 s.", await error.Written.WaitAsync(Patience));
        Assert.False(trying.IsCompleted);
        await over.CancelAsync();
        await trying.WaitAsync(Patience);
    }

    [Fact]
    public async Task Run_AgainstAHostThatIsNotThere_SaysSo() =>
        await AssertToldAsync("topic list -b nobody.invalid:9092 --timeout 0.3", "There is no host nobody.invalid.", "--bootstrap-servers");

    [Fact]
    public async Task Run_WithTlsWhereNoneIsSpoken_SaysSo()
    {
        ClientTarget target = await ClientTarget.SharedAsync();

        await AssertToldAsync($"topic list -b {target.Bootstrap} --timeout 1 -X security.protocol=SSL", "does not speak it there", "-X security.protocol=PLAINTEXT");
    }

    /// <summary>For an address that never answers.</summary>
    private static CommandLineUnderTest HasLittleTime() => new() { AddressPatience = TimeSpan.FromSeconds(0.3) };

    private async Task AssertToldAsync(string line, string reason, string next, CommandLineUnderTest? cli = null)
    {
        CommandResult failed = (await (cli ?? _cli).RunAsync(line)).Failed();

        Assert.Contains(reason, failed.Error, StringComparison.Ordinal);
        Assert.Contains(next, failed.Error[failed.Error.IndexOf("try:   ", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failed.Error, StringComparison.Ordinal);
        Assert.Empty(failed.Output);
    }

    /// <summary>Answers whatever is asked so, and closes; null says nothing at all.</summary>
    private async Task AnswerAsync(byte[]? answer)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_over.Token);
                _clients.Add(client);
                if (answer is null) continue;
                if (answer.Length > 0) await client.GetStream().WriteAsync(answer, _over.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    /// <summary>Standard error that tells of the first line.</summary>
    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string?> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string?> Written => _written.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            _written.TrySetResult(value);
        }
    }
}
