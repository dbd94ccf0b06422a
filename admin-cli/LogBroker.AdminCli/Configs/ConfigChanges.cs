using LogBroker.AdminCli.Clusters;
using LogBroker.Client;

namespace LogBroker.AdminCli.Configs;

/// <summary>Changes the settings of one thing, after a look at what settings it has.</summary>
/// <param name="admin">Asks and tells the brokers.</param>
/// <param name="resource">The thing.</param>
/// <param name="note">Takes what is not data.</param>
internal sealed class ConfigChanges(AdminClient admin, ConfigResource resource, Action<string> note)
{
    /// <summary>Settings of one listener are only listed once they are set, and may well be near to others.</summary>
    private const string OfListener = "listener.name.";

    /// <summary>Has the broker change settings, or only say whether it would.</summary>
    /// <returns>What each becomes, as "1000 -> 2000", by its name; nothing of those whose value before is not told.</returns>
    /// <exception cref="CommandException">The thing, or one of the settings, is not there.</exception>
    /// <exception cref="KafkaException">The broker refuses a value.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ApplyAsync(IReadOnlyCollection<ConfigChange> changes, bool validateOnly, CancellationToken cancelled)
    {
        IReadOnlyDictionary<string, ConfigEntry> before = await RequireKeysAsync([.. changes.Select(change => change.Name)], cancelled);
        await admin.Configs.AlterAsync(
            new Dictionary<ConfigResource, IReadOnlyCollection<ConfigChange>> { [resource] = changes }, validateOnly, cancelled);
        return changes.Where(change => before.ContainsKey(change.Name)).DistinctBy(change => change.Name).ToDictionary(change => change.Name, change => Becomes(before[change.Name], change));
    }

    /// <summary>All settings it has.</summary>
    /// <exception cref="CommandException">It is not there.</exception>
    public async Task<IReadOnlyDictionary<string, ConfigEntry>> DescribeAsync(bool withDocumentation, CancellationToken cancelled)
    {
        if (resource.Type == ConfigResourceType.Broker && resource != ConfigResource.BrokerDefaults) await Unknown.RequireBrokerAsync(admin, resource.Name, cancelled);
        AdminResults<ConfigResource, IReadOnlyDictionary<string, ConfigEntry>> results =
            await admin.Configs.DescribeAsync([resource], includeSynonyms: true, includeDocumentation: withDocumentation, cancellationToken: cancelled);
        if (resource.Type == ConfigResourceType.Topic && results.Failures.TryGetValue(resource, out KafkaException? failure)
            && Unknown.IsUnknownTopic(failure.ErrorCode))
        {
            throw await Unknown.TopicAsync(admin, resource.Name, cancelled);
        }
        return results[resource];
    }

    /// <summary>Settings are looked at before the broker is asked to change them: its own refusal does not tell the nearest. It does not list
    /// all that it takes, so that one with no name near is the broker's to refuse.</summary>
    /// <returns>The settings as they are; none where they are not looked at.</returns>
    private async Task<IReadOnlyDictionary<string, ConfigEntry>> RequireKeysAsync(IReadOnlyList<string> keys, CancellationToken cancelled)
    {
        if (resource.Type == ConfigResourceType.ClientMetrics || resource == ConfigResource.BrokerDefaults) return new Dictionary<string, ConfigEntry>();
        IReadOnlyDictionary<string, ConfigEntry> known = await DescribeAsync(withDocumentation: false, cancelled);
        foreach (string key in keys)
        {
            if (known.ContainsKey(key) || known.Count == 0) continue;
            if (!key.StartsWith(OfListener, StringComparison.Ordinal) && NearestName.Of(key, known.Keys) is { } nearest)
            {
                throw new CommandException(
                    $"{resource.Type} {resource.Name} has no setting {key}. Did you mean {nearest}?",
                    $"./logbroker config describe {ConfigResourceNames.Of(resource.Type)} {resource.Name} --all",
                    ExitCodes.WrongUsage);
            }
            note($"note: {key} is not among the settings listed for {resource}; the broker decides.");
        }
        return known;
    }

    private static string Becomes(ConfigEntry before, ConfigChange change) => before.IsSensitive
        ? "(hidden)"
        : $"{before.Value} -> {change.Value ?? "default"}";
}
