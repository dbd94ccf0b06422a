using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Testing;

/// <summary>Makes a <see cref="TestBroker"/> misbehave as brokers do when disks, networks and other brokers fail.</summary>
/// <remarks>Thread safe. Of several faults of an API the one that was asked for first comes first; each ends after its times, when it
/// is disposed of, or with <see cref="Clear"/>. They outlive a restart of the broker.</remarks>
public sealed class BrokerFaults
{
    private ImmutableArray<Fault> _faults = [];

    internal BrokerFaults()
    {
    }

    /// <summary>Requests of an API are answered with an error and not done.</summary>
    /// <param name="api">Whose requests.</param>
    /// <param name="error">The error of all that a request names. Where an API has no place for it, the connection is closed.</param>
    /// <param name="times">For how many requests.</param>
    public Fault Fail(ApiKey api, ErrorCode error, int times = int.MaxValue) =>
        Add(new Fault(api, FaultKind.Fail, times, Remove) { Error = error });

    /// <summary>Requests of an API are done, and their answers come so much later. Answers behind them on the same connection wait.</summary>
    /// <param name="api">Whose requests.</param>
    /// <param name="duration">How much later.</param>
    /// <param name="times">For how many requests.</param>
    public Fault Delay(ApiKey api, TimeSpan duration, int times = int.MaxValue) =>
        Add(new Fault(api, FaultKind.Delay, times, Remove) { Duration = duration });

    /// <summary>The connection is closed when a request of an API comes; the request is not done.</summary>
    /// <param name="api">Whose requests.</param>
    /// <param name="times">For how many requests.</param>
    public Fault Disconnect(ApiKey api, int times = int.MaxValue) => Add(new Fault(api, FaultKind.Disconnect, times, Remove));

    /// <summary>Requests of an API are done, but the connection is closed in place of the answer: the client cannot know.</summary>
    /// <param name="api">Whose requests.</param>
    /// <param name="times">For how many requests.</param>
    public Fault LoseAnswer(ApiKey api, int times = int.MaxValue) => Add(new Fault(api, FaultKind.LoseAnswer, times, Remove));

    /// <summary>Ends all faults.</summary>
    public void Clear() => ImmutableInterlocked.Update(ref _faults, static _ => []);

    /// <summary>The fault that meets a request of this API now, if any.</summary>
    internal Fault? Take(ApiKey api)
    {
        foreach (Fault fault in _faults)
        {
            if (fault.Api == api && fault.TryHit()) return fault;
        }

        return null;
    }

    private Fault Add(Fault fault)
    {
        ImmutableInterlocked.Update(ref _faults, static (faults, added) => faults.Add(added), fault);
        return fault;
    }

    private void Remove(Fault fault) => ImmutableInterlocked.Update(ref _faults, static (faults, removed) => faults.Remove(removed), fault);
}
