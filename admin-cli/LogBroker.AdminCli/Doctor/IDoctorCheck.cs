using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>One thing to look at.</summary>
internal interface IDoctorCheck
{
    /// <summary>What it looks at, hyphenated.</summary>
    string Name { get; }

    /// <summary>Whether there is nothing to look at where the cluster cannot be asked.</summary>
    bool NeedsCluster => true;

    /// <exception cref="KafkaException">The cluster cannot be asked; that is a finding too.</exception>
    Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled);
}
