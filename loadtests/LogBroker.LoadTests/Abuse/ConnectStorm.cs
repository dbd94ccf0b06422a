using System.Net.Sockets;

namespace LogBroker.LoadTests.Abuse;

/// <summary>Connections that are opened and reset at once: a client library gone wild on every host of a rack.</summary>
internal static class ConnectStorm
{
    private const int Loops = 16;
    private const int PerSecond = 1000;

    public static Task RunAsync(Attack attack) => attack.RepeatAsync(Loops, PerSecond, async _ =>
    {
        try
        {
            using Socket socket = await Wire.ConnectAsync(attack.Port, attack.Over);
            socket.LingerState = new LingerOption(true, 0);
            attack.Outcomes.Add("accepted");
        }
        catch (SocketException)
        {
            attack.Outcomes.Add(Outcomes.Refused);
        }
    });
}
