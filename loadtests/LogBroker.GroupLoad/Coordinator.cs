using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.GroupLoad;

/// <summary>Finds the coordinator, which makes the broker create the topic that it keeps its groups in.</summary>
internal static class Coordinator
{
    private const short Version = 4;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns once the broker names a coordinator for the group.</summary>
    public static async Task FindAsync(int port, string group)
    {
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", port);
        while (true)
        {
            var found = await channel.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [group] }, Version);
            if (found.Coordinators[0].ErrorCode == ErrorCode.None) return;
            await Task.Delay(RetryAfter);
        }
    }
}
