using System.Net.Sockets;
using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether every broker can be reached where the cluster says it is: a wrong advertised.listeners is the commonest mistake of
/// all.</summary>
internal sealed class PortsCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public string Name => "ports";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        ClusterDescription cluster = await patient.Admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        var findings = new List<Finding>();
        foreach (BrokerNode broker in cluster.Brokers)
        {
            string? refusal = await RefusalAsync(broker, patient.Time, cancelled);
            findings.Add(refusal is null
                ? new Finding(Name, Verdict.Ok, $"broker {broker.Id} answers at {broker.Host}:{broker.Port}")
                : new Finding(
                    Name,
                    Verdict.Problem,
                    $"broker {broker.Id} says it is at {broker.Host}:{broker.Port}, and cannot be reached there from here: {refusal}",
                    "Set advertised.listeners of that broker to what clients can reach, or open the port."));
        }
        return findings;
    }

    private static async Task<string?> RefusalAsync(BrokerNode broker, TimeProvider time, CancellationToken cancelled)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, patience.Token);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(broker.Host, broker.Port, either.Token);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds} s";
        }
    }
}
