using System.Net.Sockets;
using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether every broker can be reached where the cluster says it is: a wrong advertised.listeners is the commonest mistake of
/// all.</summary>
internal sealed class PortsCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public string Name => "ports";

    public bool NeedsCluster => false;

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        if (patient.Silence is { } silence) return [new Finding(Name, Verdict.Problem, silence.Message, silence.Next), .. Listeners(patient)];
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

    /// <summary>Who listens where a broker was to answer, and where the brokers of this machine listen.</summary>
    private IEnumerable<Finding> Listeners(Patient patient)
    {
        foreach (ListeningProcess process in LocalListeners.Find())
        {
            foreach (int port in patient.Ports.Where(process.Ports.Contains))
                yield return new Finding(Name, Verdict.Warning, $"at port {port} of this machine {process} listens");
            if (process.IsBroker && !patient.Ports.Any(process.Ports.Contains))
                yield return new Finding(Name, Verdict.Warning, $"{process} is a broker on this machine, and listens at {string.Join(", ", process.Ports.Order())}", "--bootstrap-servers names it");
        }
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
