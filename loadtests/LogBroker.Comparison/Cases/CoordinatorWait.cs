using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Waits until a broker coordinates a group: looking for the coordinator creates its topic, which takes a while.</summary>
internal static class CoordinatorWait
{
    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <exception cref="TimeoutException">It does not after ten seconds.</exception>
    public static async Task ForAsync(Peer peer, string group)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            FindCoordinatorResponse found = await peer.CallAsync(
                new FindCoordinatorRequest { Key = group }, 2).ConfigureAwait(false);
            HeartbeatResponse answer = await peer.CallAsync(
                new HeartbeatRequest { GroupId = group, MemberId = "nobody" }, 3).ConfigureAwait(false);
            if (found.ErrorCode == ErrorCode.None && answer.ErrorCode == ErrorCode.UnknownMemberId) return;
            await Task.Delay(Pause).ConfigureAwait(false);
        }

        throw new TimeoutException($"Nobody coordinates the group {group}.");
    }
}
