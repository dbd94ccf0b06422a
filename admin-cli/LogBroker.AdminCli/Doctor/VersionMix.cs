using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Brokers of one cluster that do not offer the same.</summary>
/// <param name="Brokers">Those that are alike in it.</param>
/// <param name="Others">Most of the cluster, which they are held against.</param>
/// <param name="Differences">What they offer otherwise, as "Fetch 4-16, not 4-17".</param>
internal sealed record VersionMix(IReadOnlyList<int> Brokers, IReadOnlyList<int> Others, IReadOnlyList<string> Differences)
{
    /// <summary>All there are of a cluster: none where its brokers are alike.</summary>
    public static IEnumerable<VersionMix> Of(IReadOnlyDictionary<int, BrokerVersions> brokers)
    {
        (int[] Brokers, SortedDictionary<string, string> Offers)[] kinds =
        [
            .. brokers.Select(broker => (broker.Key, Offers: OffersOf(broker.Value)))
                .GroupBy(broker => string.Join(';', broker.Offers))
                .Select(alike => (alike.Select(broker => broker.Key).Order().ToArray(), alike.First().Offers))
                .OrderByDescending(kind => kind.Item1.Length).ThenBy(kind => kind.Item1[0]),
        ];
        foreach ((int[] alike, SortedDictionary<string, string> offers) in kinds.Skip(1))
            yield return new VersionMix(alike, kinds[0].Brokers, [.. Compare(offers, kinds[0].Offers)]);
    }

    /// <summary>The versions of each API, and the levels of each feature.</summary>
    private static SortedDictionary<string, string> OffersOf(BrokerVersions broker)
    {
        var offers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((ApiKey api, VersionRange versions) in broker.Apis) offers[$"{api}"] = $"{versions}";
        foreach (FeatureDescription feature in broker.Features.Values) offers[$"feature {feature.Name}"] = $"{new VersionRange(feature.SupportedMin, feature.SupportedMax)}";
        return offers;
    }

    private static IEnumerable<string> Compare(SortedDictionary<string, string> offers, SortedDictionary<string, string> others)
    {
        foreach (string name in offers.Keys.Union(others.Keys).Order(StringComparer.Ordinal))
        {
            (string? here, string? there) = (offers.GetValueOrDefault(name), others.GetValueOrDefault(name));
            if (here != there) yield return here is null ? $"no {name}" : there is null ? $"{name} {here} as well" : $"{name} {here}, not {there}";
        }
    }
}
