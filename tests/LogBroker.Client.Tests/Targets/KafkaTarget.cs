using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.Client.Tests.Targets;

/// <summary>Apache Kafka as a child process: one KRaft broker and controller, on a directory of its own.</summary>
internal sealed class KafkaTarget(int port, (string Name, string Value)[] settings) : IBrokerTarget
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly string _directory = Directory.CreateTempSubdirectory("logbroker-client-kafka-").FullName;
    private readonly StringBuilder _log = new();
    private Process? _process;

    public int Port { get; } = port;

    public string DataDirectory => _directory;

    /// <summary>What its process is to find in its environment besides.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public async Task StartAsync()
    {
        string home = ClientEnvironment.KafkaHome
            ?? throw new InvalidOperationException("LOGBROKER_CLIENT_TARGET=kafka needs KAFKA_HOME");
        var start = new ProcessStartInfo(Path.Combine(home, "bin", "start-single"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(_directory);
        start.ArgumentList.Add($"{Port}");
        foreach (var (name, value) in settings) start.ArgumentList.Add($"{name}={value}");
        start.Environment["KAFKA_HEAP_OPTS"] = "-Xmx512M";
        start.Environment["LOG_DIR"] = _directory;
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
        await WaitUntilReadyAsync();
    }

    public async Task StopAsync()
    {
        if (_process is null) return;
        using (var kill = Process.Start("kill", $"-TERM {_process.Id}")) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        Retire();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            Retire();
        }
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    private void Retire()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        _process?.Dispose();
        _process = null;
    }

    private async Task WaitUntilReadyAsync()
    {
        var waited = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_process!.HasExited || waited.Elapsed > StartLimit)
                throw new InvalidOperationException($"Kafka did not start.\n{Log()}");
            await Task.Delay(200);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", Port);
            var response = await channel.SendAsync(new MetadataRequest { Topics = [] }, 12).WaitAsync(TimeSpan.FromSeconds(5));
            return response.Brokers.Length > 0;
        }
        catch (Exception failure) when (failure is IOException or SocketException or TimeoutException)
        {
            return false;
        }
    }

    private void KillAtExit(object? sender, EventArgs e)
    {
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit(StopLimit);
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    private void Keep(string? line)
    {
        lock (_log) _log.AppendLine(line);
    }

    private string Log()
    {
        lock (_log) return _log.ToString();
    }
}
