using LogBroker.AdminCli.Clusters;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether every broker can be reached where the cluster says it is.</summary>
internal sealed class PortsCheck : IDoctorCheck
{
    public string Name => "ports";

    public bool NeedsCluster => false;

    public Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled) => Task.FromResult<IReadOnlyList<Finding>>(
        patient is { Brokers: [], Silence: { } silence }
            ? [new Finding(Name, Verdict.Problem, silence.Message, silence.Next), .. Listeners(patient)]
            : [.. patient.Brokers.Select(Of)]);

    private Finding Of(AdvertisedBroker broker) => broker.Refusal is null
        ? new Finding(Name, Verdict.Ok, $"broker {broker.Node.Id} answers at {broker.Address}")
        : new Finding(
            Name,
            Verdict.Problem,
            $"broker {broker.Node.Id} tells clients to connect to {broker.Address}, which cannot be reached from here: {broker.Refusal}",
            "Set advertised.listeners of that broker to what clients can reach, or open the port.");

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
}
