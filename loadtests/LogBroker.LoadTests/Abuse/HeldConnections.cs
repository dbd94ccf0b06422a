using System.Net.Sockets;

namespace LogBroker.LoadTests.Abuse;

/// <summary>Connections that are opened one after the other and then held.</summary>
internal sealed class HeldConnections(Attack attack)
{
    private readonly List<Socket> _sockets = [];

    /// <summary>Opens so many.</summary>
    /// <param name="begin">What each does first; false when the broker has closed it.</param>
    public async Task OpenAsync(int count, Func<Socket, Task<bool>> begin)
    {
        for (int i = 0; i < count; i++)
        {
            Socket socket;
            try
            {
                socket = await Wire.ConnectAsync(attack.Port, attack.Over);
            }
            catch (SocketException)
            {
                attack.Outcomes.Add(Outcomes.Refused);
                continue;
            }

            _sockets.Add(socket);
            if (!await TryAsync(socket, begin)) socket.Dispose();
        }
    }

    /// <summary>Holds them to the end, then counts those the broker has closed.</summary>
    /// <param name="everySecond">What each does every second; null for nothing.</param>
    public async Task HoldAsync(Func<Socket, Task<bool>>? everySecond = null)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), attack.Over);
                if (everySecond is null) continue;
                foreach (Socket socket in _sockets) await TryAsync(socket, everySecond);
            }
        }
        catch (OperationCanceledException)
        {
            foreach (Socket socket in _sockets)
            {
                attack.Outcomes.Add(IsClosed(socket) ? Outcomes.Closed : Outcomes.Held);
                socket.Dispose();
            }
        }
    }

    private static async Task<bool> TryAsync(Socket socket, Func<Socket, Task<bool>> act)
    {
        try
        {
            return await act(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }
}
