
namespace LogBroker.Interop.Tests;

/// <summary>Publishes to all partitions of a topic without a pause, so many records a second, through kcat: over every crash of the
/// broker, some records twice perhaps.</summary>
/// <remarks>Owned by one test. For tests whose subject is who reads; what a producer is promised is the matter of
/// <see cref="CrashTests"/>.</remarks>
internal sealed class SteadyPublisher : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(120);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ChildProcess _child;
    private readonly Task _writing;

    private SteadyPublisher(ChildProcess child, int recordsPerSecond)
    {
        _child = child;
        _writing = WriteAsync((int)(recordsPerSecond * Pause.TotalSeconds));
    }

    public static SteadyPublisher Start(string bootstrap, string topic, int recordsPerSecond) => new(
        ChildProcess.Start(new ProcessCommand(
            "/usr/bin/kcat", "-P", "-E", "-b", bootstrap, "-t", topic, "-X", "acks=all", "-X", "linger.ms=5",
            "-X", "sticky.partitioning.linger.ms=0", "-X", "reconnect.backoff.max.ms=500", "-X", "retries=100000")),
        recordsPerSecond);

    /// <summary>Stops, and waits until the broker has all.</summary>
    public async Task FinishAsync()
    {
        await _stopping.CancelAsync();
        await _writing;
        _child.Input.Close();
        await _child.WaitForExitAsync(FinishLimit);
        Assert.True(_child.ExitCode == 0, $"kcat ended with {_child.ExitCode}: {_child.Errors}");
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _child.Dispose();
        _stopping.Dispose();
    }

    private async Task WriteAsync(int recordsEachTime)
    {
        long number = 0;
        using var pace = new PeriodicTimer(Pause);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                for (int i = 0; i < recordsEachTime; i++)
                {
                    await _child.Input.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{number++}\n"));
                }

                await _child.Input.FlushAsync();
                await pace.WaitForNextTickAsync(_stopping.Token);
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
