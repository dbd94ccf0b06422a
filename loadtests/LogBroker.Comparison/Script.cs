using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison;

/// <summary>The cases in the order in which both brokers get them, with the steps between that are not compared.</summary>
internal sealed class Script
{
    private readonly List<Step> _steps = [];

    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>The versions of an API whose form is final.</summary>
    public static IEnumerable<short> VersionsOf(ApiKey api, short min = 0)
    {
        VersionRange versions = ApiCatalog.Find(api)!.StableVersions;
        for (short version = Math.Max(versions.Min, min); version <= versions.Max; version++) yield return version;
    }

    public static short LatestOf(ApiKey api) => ApiCatalog.Find(api)!.HighestStable;

    /// <summary>Adds something to be done on each broker before the next case.</summary>
    public void Prepare(string name, Func<Peer, Task> action) => _steps.Add(new Step(name, action));

    /// <summary>Adds a case that changes nothing: when the answers differ it is repeated a few times, since what was
    /// changed before may take a moment to show.</summary>
    public void Look<TResponse>(string name, short version, Func<Peer, IRequest<TResponse>> request)
        where TResponse : IApiMessage<TResponse>, IResponse =>
        Add(TResponse.Key, version, name, peer => peer.AskAsync(request(peer), version), isRepeatable: true);

    /// <summary>Adds a case that may change something and is sent once.</summary>
    public void Change<TResponse>(
        string name,
        short version,
        Func<Peer, IRequest<TResponse>> request,
        Action<Peer, TResponse>? whenAnswered = null)
        where TResponse : IApiMessage<TResponse>, IResponse =>
        Add(TResponse.Key, version, name,
            peer => peer.AskAsync(request(peer), version, response => whenAnswered?.Invoke(peer, response)),
            isRepeatable: false);

    public void Add(ApiKey api, short version, string name, Func<Peer, Task<Answer>> ask, bool isRepeatable) =>
        _steps.Add(new Step(name, new Comparison(api, version, name, ask, isRepeatable)));
}

/// <summary>Either a preparation or a case.</summary>
internal sealed record Step(string Name, Func<Peer, Task>? Prepare, Comparison? Case)
{
    public Step(string name, Func<Peer, Task> prepare)
        : this(name, prepare, null)
    {
    }

    public Step(string name, Comparison comparison)
        : this(name, null, comparison)
    {
    }
}

/// <summary>One request and what is known of it.</summary>
internal sealed record Comparison(
    ApiKey Api, short Version, string Name, Func<Peer, Task<Answer>> AskAsync, bool IsRepeatable);
