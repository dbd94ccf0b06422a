using System.Net.Sockets;
using LogBroker.Protocol.Messages;

namespace LogBroker.LoadTests.Abuse;

/// <summary>Connections that have said who they are and nothing since.</summary>
internal static class IdleConnections
{
    private const int Count = 5000;

    public static async Task HoldAsync(Attack attack)
    {
        byte[] hello = Wire.Frame(new ApiVersionsRequest { ClientSoftwareName = "load", ClientSoftwareVersion = "1" }, 3);
        var held = new HeldConnections(attack);
        var buffer = new byte[64];
        await held.OpenAsync(Count, async socket =>
        {
            await socket.SendAsync(hello, attack.Over);
            return await Wire.ReadAnswerAsync(socket, buffer, attack.Over) >= 0;
        });
        attack.Stands();
        await held.HoldAsync();
    }
}
