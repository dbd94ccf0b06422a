using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>What is looked at.</summary>
/// <param name="Client">Asks the cluster.</param>
/// <param name="BootstrapServers">How the user reaches it.</param>
/// <param name="HttpAddress">Where a broker tells its health; null when there is no such place.</param>
/// <param name="Time">The clock here.</param>
internal sealed record Patient(LogBrokerClient Client, string BootstrapServers, Uri? HttpAddress, TimeProvider Time)
{
    public AdminClient Admin => Client.Admin;
}

/// <summary>One thing to look at.</summary>
internal interface IDoctorCheck
{
    /// <summary>What it looks at, hyphenated.</summary>
    string Name { get; }

    /// <exception cref="KafkaException">The cluster cannot be asked; that is a finding too.</exception>
    Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled);
}
