using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.Client.Tests.Targets;

/// <summary>Apache Kafka as a child process: one KRaft broker and controller, on a directory of its own.</summary>
/// <remarks>The directory goes with the target, or with this process; what a process left that was killed, the next one clears
/// away.</remarks>
internal sealed class KafkaTarget : IBrokerTarget
{
    private const string DirectoryPrefix = "logbroker-client-kafka-";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private static readonly Lazy<int> Cleared = new(ClearLeftovers);

    private readonly (string Name, string Value)[] _settings;
    private readonly string _directory;
    private readonly StringBuilder _log = new();
    private Process? _process;

    public KafkaTarget(int port, (string Name, string Value)[] settings)
    {
        _ = Cleared.Value;
        Port = port;
        _settings = settings;
        _directory = Directory.CreateTempSubdirectory($"{DirectoryPrefix}{System.Environment.ProcessId}-").FullName;
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    public int Port { get; }

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
        foreach (var (name, value) in _settings) start.ArgumentList.Add($"{name}={value}");
        start.Environment["KAFKA_HEAP_OPTS"] = "-Xmx512M";
        start.Environment["LOG_DIR"] = _directory;
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
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
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        DeleteDirectory();
    }

    /// <summary>Deletes the directories of processes that are no more.</summary>
    private static int ClearLeftovers()
    {
        int cleared = 0;
        foreach (string left in Directory.GetDirectories(Path.GetTempPath(), $"{DirectoryPrefix}*"))
        {
            string owner = Path.GetFileName(left)[DirectoryPrefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, out int id) || Directory.Exists($"/proc/{id}")) continue;
            Directory.Delete(left, recursive: true);
            cleared++;
        }
        return cleared;
    }

    private void DeleteDirectory()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    private void Retire()
    {
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
        DeleteDirectory();
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
