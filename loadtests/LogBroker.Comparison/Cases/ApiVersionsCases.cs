using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>ApiVersions: what each broker serves, and how it meets clients from the future.</summary>
internal static class ApiVersionsCases
{
    private const short FirstWithSoftwareName = 3;

    public static void AddTo(Script script)
    {
        foreach (short version in Script.VersionsOf(ApiKey.ApiVersions))
        {
            script.Look("good", version, _ => Request("librdkafka", "2.15.1"));
            if (version < FirstWithSoftwareName) continue;
            foreach ((string label, string name) in new[]
            {
                ("empty", ""), ("space", "lib rdkafka"), ("dash-first", "-lib"), ("dash-last", "lib-"),
                ("dots", "a.b-c"), ("one-letter", "a"), ("umlaut", "lüb"),
            })
            {
                script.Look($"name-{label}", version, _ => Request(name, "1"));
                script.Look($"version-{label}", version, _ => Request("lib", name));
            }
        }

        foreach (short version in new short[] { 5, 100, short.MaxValue, -1, short.MinValue })
            RawCases.AddFrame(script, ApiKey.ApiVersions, version, "unknown-version", _ => RawCases.Header(18, version, 2), 0);
    }

    private static ApiVersionsRequest Request(string name, string version) =>
        new() { ClientSoftwareName = name, ClientSoftwareVersion = version };
}
