using System.Text;
using LogBroker.Tests.Processes;

namespace LogBroker.Tests.Brokers;

/// <summary>The broker under test as a process of its own, on ports and a data directory that outlive its restarts.</summary>
/// <remarks>
/// Owned by one test or fixture, used from one thread at a time. <see cref="StartAsync"/> returns when the broker answers
/// ApiVersions. Disposing kills the process; the directory stays for whoever wants to look at the segments.
/// </remarks>
internal sealed class BrokerProcess(ProcessCommand command, BrokerPorts ports) : IDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _earlierLog = new();
    private ChildProcess? _child;
    private Task _outputRead = Task.CompletedTask;

    public int Port => ports.Kafka;

    public string Bootstrap => $"127.0.0.1:{Port}";

    public string HttpAddress => $"127.0.0.1:{ports.Other}";

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

    /// <summary>Starts the broker, on the directory and ports it had before when it ran before.</summary>
    public async Task StartAsync()
    {
        _child = ChildProcess.Start(command);
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
        await _outputRead.WaitAsync(StopLimit);
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
