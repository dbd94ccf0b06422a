using LogBroker.AdminCli.Clusters;
using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>What is looked at.</summary>
/// <param name="Client">Asks the cluster.</param>
/// <param name="Ports">The ports of the servers the user names that are on this machine.</param>
/// <param name="HttpAddress">Where a broker tells its health; null when there is no such place.</param>
/// <param name="DataDirectories">Data directories on this machine; none when there is none to look at.</param>
/// <param name="Time">The clock here.</param>
internal sealed record Patient(LogBrokerClient Client, IReadOnlyList<int> Ports, Uri? HttpAddress, IReadOnlyList<string> DataDirectories, TimeProvider Time)
{
    public AdminClient Admin => Client.Admin;

    /// <summary>The brokers where they say they are; none where nobody told.</summary>
    public IReadOnlyList<AdvertisedBroker> Brokers { get; init; } = [];

    /// <inheritdoc cref="CommandEnvironment.DetailPatience"/>
    public required TimeSpan Patience { get; init; }

    /// <summary>Why the cluster cannot be asked; null when it can be.</summary>
    public CommandException? Silence { get; init; }
}
