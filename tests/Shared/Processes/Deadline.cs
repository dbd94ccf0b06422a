using System.Diagnostics;

namespace LogBroker.Tests.Processes;

/// <summary>Waits for something another process does, up to a limit after which the test fails with the reason given.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task PollAsync(Func<bool> reached, TimeSpan limit, Func<string> reason) =>
        PollAsync(() => Task.FromResult(reached()), limit, reason);

    public static async Task PollAsync(Func<Task<bool>> reached, TimeSpan limit, Func<string> reason)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await reached())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException(reason());
            }

            await Task.Delay(Pause);
        }
    }
}
