using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace LogBroker.Tests.Processes;

/// <summary>One program run as a child of the test process.</summary>
/// <remarks>
/// Owned by the test or fixture that started it, used from one thread at a time. Standard error is gathered as it comes.
/// Disposing kills the child with all its descendants; should the test process itself be killed, the
/// <see cref="ChildReaper"/> does it. A child that outlives its time limit is killed and reported as
/// <see cref="TimeoutException"/> with what it had said.
/// </remarks>
internal sealed class ChildProcess : IDisposable
{
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(60);

    private readonly ProcessCommand _command;
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _errorsRead;

    private ChildProcess(ProcessCommand command)
    {
        _command = command;
        _process = Process.Start(command.ToStartInfo()) ?? throw new InvalidOperationException($"{command} did not start");
        ChildReaper.Watch(_process.Id);
        _errorsRead = ReadErrorsAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public Stream Input => _process.StandardInput.BaseStream;

    public StreamReader Output => _process.StandardOutput;

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public static ChildProcess Start(ProcessCommand command) => new(command);

    /// <summary>Runs a program to its end, feeding it <paramref name="input"/>.</summary>
    public static async Task<ProcessOutcome> RunAsync(
        ProcessCommand command, ReadOnlyMemory<byte> input = default, TimeSpan? timeLimit = null)
    {
        using var output = new MemoryStream();
        using var child = Start(command);
        (int exitCode, string errors) = await child.CompleteAsync(input, output, timeLimit ?? DefaultTimeLimit);
        return new ProcessOutcome(command.ToString(), exitCode, output.ToArray(), errors);
    }

    /// <summary>Runs a program whose output is too much to hold: it goes to <paramref name="output"/> as it comes.</summary>
    public static async Task<ProcessOutcome> PipeAsync(ProcessCommand command, Stream output, TimeSpan timeLimit)
    {
        using var child = Start(command);
        (int exitCode, string errors) = await child.CompleteAsync(default, output, timeLimit);
        return new ProcessOutcome(command.ToString(), exitCode, [], errors);
    }

    /// <summary>Feeds the child, reads it to its end and waits for it; past the limit it is killed.</summary>
    public async Task<(int ExitCode, string Errors)> CompleteAsync(
        ReadOnlyMemory<byte> input, Stream output, TimeSpan timeLimit)
    {
        using var limit = new CancellationTokenSource(timeLimit);
        try
        {
            Task fed = FeedAsync(input, limit.Token);
            await _process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
            await _process.WaitForExitAsync(limit.Token);
            await fed;
            await _errorsRead.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{_command}\ndid not end within {timeLimit}\n{Errors}");
        }

        ChildReaper.Forget(Id);
        return (_process.ExitCode, Errors);
    }

    /// <summary>Waits until the child has said this on standard error.</summary>
    public Task WaitForErrorTextAsync(string text, TimeSpan timeLimit) =>
        Deadline.PollAsync(
            () => Errors.Contains(text, StringComparison.Ordinal) || HasExited,
            timeLimit,
            () => $"{_command}\ndid not say '{text}': {Errors}");

    public void Signal(UnixSignal signal)
    {
        if (!_process.HasExited && NativeKill(_process.Id, (int)signal) != 0)
        {
            throw new InvalidOperationException($"kill {_process.Id}: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Waits for the child's own end.</summary>
    public async Task WaitForExitAsync(TimeSpan timeLimit)
    {
        using var limit = new CancellationTokenSource(timeLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_command}\nis still running after {timeLimit}\n{Errors}");
        }

        ChildReaper.Forget(Id);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        ChildReaper.Forget(Id);
        _process.Dispose();
    }

    private async Task FeedAsync(ReadOnlyMemory<byte> input, CancellationToken cancelled)
    {
        try
        {
            await Input.WriteAsync(input, cancelled);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The child went away without reading all of it; its exit code tells why.
        }
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors)
            {
                _errors.AppendLine(line);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int processId, int signal);
}
