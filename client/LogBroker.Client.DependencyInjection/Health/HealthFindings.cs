using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LogBroker.Client.DependencyInjection.Health;

/// <summary>What a check has found.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class HealthFindings
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, object> _data = [];
    private readonly List<string> _unready = [];
    private readonly List<string> _degraded = [];

    public void Unready(string what)
    {
        lock (_lock) _unready.Add(what);
    }

    public void Degraded(string what)
    {
        lock (_lock) _degraded.Add(what);
    }

    public void Tell(string name, object value)
    {
        lock (_lock) _data[name] = value;
    }

    /// <param name="failure">The status of what is not ready.</param>
    public HealthCheckResult ToResult(HealthStatus failure)
    {
        lock (_lock)
        {
            HealthStatus status = _unready.Count > 0 ? failure : _degraded.Count > 0 ? HealthStatus.Degraded : HealthStatus.Healthy;
            string description = status == HealthStatus.Healthy ? "Connected and reading." : string.Join(' ', _unready.Concat(_degraded));
            return new HealthCheckResult(status, description, exception: null, _data);
        }
    }
}
