using System.Text;
using LogBroker.Interop.Tests.Processes;

namespace LogBroker.Interop.Tests.Brokers;

/// <summary>The broker under test as a process of its own, on ports and a data directory that outlive its restarts.</summary>
/// <remarks>
/// Owned by one test or fixture, used from one thread at a time. <see cref="StartAsync"/> returns when the broker answers
/// ApiVersions. Disposing kills the process; the directory stays for whoever wants to look at the segments.
/// </remarks>
internal sealed class BrokerProcess : IDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly BrokerPorts _ports;
    private readonly StringBuilder _earlierLog = new();
    private ChildProcess? _child;
    private Task _outputRead = Task.CompletedTask;

    private BrokerProcess(string directory, IReadOnlyDictionary<string, string> settings)
    {
        Directory = directory;
        Settings = settings;
        _ports = BrokerPorts.Find();
    }

    public string Directory { get; }

    public IReadOnlyDictionary<string, string> Settings { get; }

    public int Port => _ports.Kafka;

    public string Bootstrap => $"127.0.0.1:{Port}";

    public string HttpAddress => $"127.0.0.1:{_ports.Other}";

    public int ProcessId => Child.Id;

    public bool IsRunning => _child is { HasExited: false };

    /// <summary>Everything the broker wrote to its standard streams, over all its starts.</summary>
    public string Log
    {
        get
        {
            lock (_earlierLog)
            {
                return $"{_earlierLog}{_child?.Errors}";
            }
        }
    }

    private ChildProcess Child => _child ?? throw new InvalidOperationException("the broker is not started");

    public static async Task<BrokerProcess> StartAsync(
        string directory, IReadOnlyDictionary<string, string>? settings = null)
    {
        var broker = new BrokerProcess(directory, settings ?? new Dictionary<string, string>());
        try
        {
            await broker.StartAgainAsync();
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>Starts the broker on the directory and ports it had before.</summary>
    public async Task StartAgainAsync()
    {
        WrittenLogs.MarkOpen(Directory);
        _child = ChildProcess.Start(BrokerCommand.For(Directory, _ports, Settings));
        _outputRead = CollectOutputAsync(_child);
        await Deadline.PollAsync(
            async () => Child.HasExited || await ApiVersionsProbe.AnswersAsync(Port),
            ReadyLimit,
            () => $"the broker did not answer\n{Log}");
        Assert.True(IsRunning, $"the broker ended while it started\n{Log}");
    }

    /// <summary>An orderly stop: SIGTERM, then the end of the process with exit code 0 (Java's is 143).</summary>
    public async Task StopAsync()
    {
        Child.Signal(UnixSignal.Terminate);
        await Child.WaitForExitAsync(StopLimit);
        Assert.True(Child.ExitCode is 0 or 143, $"the broker stopped with {Child.ExitCode}\n{Log}");
        await RetireAsync();
        WrittenLogs.MarkClosed(Directory);
    }

    /// <summary>A crash: SIGKILL.</summary>
    public async Task KillAsync()
    {
        Child.Signal(UnixSignal.Kill);
        await Child.WaitForExitAsync(StopLimit);
        await RetireAsync();
    }

    public void Dispose() => _child?.Dispose();

    private async Task RetireAsync()
    {
        await _outputRead;
        string errors = Child.Errors;
        Child.Dispose();
        _child = null;
        lock (_earlierLog)
        {
            _earlierLog.Append(errors).AppendLine("---- the process ended ----");
        }
    }

    private async Task CollectOutputAsync(ChildProcess child)
    {
        while (await child.Output.ReadLineAsync() is { } line)
        {
            lock (_earlierLog)
            {
                _earlierLog.AppendLine(line);
            }
        }
    }
}
