using System.Collections.Immutable;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Configs;

/// <summary>What altering a resource's settings comes to: what is set for it afterwards, or Kafka's error.</summary>
/// <param name="Error"><see cref="ErrorCode.None"/>, or why nothing is changed.</param>
/// <param name="Message">Kafka's words; null where it sends none.</param>
/// <param name="Overrides">All that is set for the resource afterwards; without meaning after an error.</param>
public sealed record ConfigAlteration(ErrorCode Error, string? Message, ImmutableDictionary<string, string> Overrides)
{
    private static readonly ImmutableDictionary<string, string> Nothing = ImmutableDictionary<string, string>.Empty;

    /// <summary>Computes IncrementalAlterConfigs for one resource.</summary>
    /// <param name="resource">Whose settings they are: a topic, a group or a broker.</param>
    /// <param name="current">What is set for it now.</param>
    /// <param name="operations">In the order of the request.</param>
    /// <param name="broker">What is in force on the broker, for the values that lists and limits start from.</param>
    public static ConfigAlteration Incremental(
        ConfigResource resource,
        ImmutableDictionary<string, string> current,
        IReadOnlyList<AlterConfigOperation> operations,
        BrokerConfigLayers broker)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(broker);
        var withoutValue = operations
            .Where(operation => operation.Type != AlterConfigOperationType.Delete && operation.Value is null);
        if (CheckNames(operations.Select(operation => operation.Name), withoutValue.Select(operation => operation.Name))
            is { } refused)
            return refused;

        var overrides = current;
        var touched = new List<string>();
        foreach (var operation in operations)
        {
            switch (operation.Type)
            {
                case AlterConfigOperationType.Set:
                    overrides = overrides.SetItem(operation.Name, operation.Value!);
                    touched.Add(operation.Name);
                    break;
                case AlterConfigOperationType.Delete:
                    overrides = overrides.Remove(operation.Name);
                    break;
                case AlterConfigOperationType.Append or AlterConfigOperationType.Subtract:
                    if (CheckIsList(resource, operation) is { } notAList) return notAList;
                    var before = overrides.GetValueOrDefault(operation.Name) ?? InForce(resource, operation.Name, broker);
                    overrides = overrides.SetItem(operation.Name, ChangeList(before, operation));
                    touched.Add(operation.Name);
                    break;
                default:
                    return Failed(ErrorCode.UnknownServerError, null);
            }
        }

        return Check(resource, overrides, touched, broker);
    }

    /// <summary>Computes AlterConfigs, which puts <paramref name="settings"/> in the place of all that is set.</summary>
    public static ConfigAlteration Replacement(
        ConfigResource resource, IReadOnlyList<KeyValuePair<string, string?>> settings, BrokerConfigLayers broker)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(broker);
        var withoutValue = settings.Where(setting => setting.Value is null).Select(setting => setting.Key);
        if (CheckNames(settings.Select(setting => setting.Key), withoutValue) is { } refused) return refused;
        var overrides = Nothing.AddRange(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value!)));
        return Check(resource, overrides, [.. settings.Select(setting => setting.Key)], broker);
    }

    private static ConfigAlteration? CheckNames(IEnumerable<string> names, IEnumerable<string> withoutValue)
    {
        var all = names.ToList();
        if (all.Distinct().Count() != all.Count) return Failed(ErrorCode.InvalidRequest, "Error due to duplicate config keys");
        var empty = withoutValue.ToList();
        return empty.Count > 0
            ? Failed(ErrorCode.InvalidRequest, $"Null value not supported for : {string.Join(", ", empty)}")
            : null;
    }

    private static ConfigAlteration? CheckIsList(ConfigResource resource, AlterConfigOperation operation)
    {
        var definition = Find(resource.Type, operation.Name);
        if (definition?.Type == ConfigType.List) return null;
        var verb = operation.Type == AlterConfigOperationType.Append ? "APPEND" : "SUBTRACT";
        var message = resource.Type == ConfigResourceType.Broker
            ? definition is null
                ? $"Unknown config name: {operation.Name}"
                : $"Config value {verb.ToLowerInvariant()} is not allowed for config key: {operation.Name}"
            : $"Can't {verb} to key {operation.Name} because its type is not LIST.";
        return Failed(ErrorCode.InvalidConfig, message);
    }

    private static string ChangeList(string before, AlterConfigOperation operation)
    {
        // As written, blanks and all: Kafka compares and keeps the parts so, and reads them only afterwards.
        List<string> parts = before.Length == 0 ? [] : [.. before.Split(',')];
        foreach (var part in operation.Value!.Split(','))
        {
            if (operation.Type == AlterConfigOperationType.Subtract)
                parts.Remove(part);
            else if (!parts.Contains(part))
                parts.Add(part);
        }

        return string.Join(',', parts);
    }

    private static string InForce(ConfigResource resource, string name, BrokerConfigLayers broker) =>
        resource.Type switch
        {
            ConfigResourceType.Topic => broker.TopicDefault(TopicConfigs.Schema[name]),
            ConfigResourceType.Group => broker.TopicDefault(GroupConfigs.Schema[name]),
            _ => broker.Value(name),
        }
        ?? "";

    private static ConfigDefinition? Find(ConfigResourceType type, string name)
    {
        ConfigDefinition? definition;
        _ = type switch
        {
            ConfigResourceType.Topic => TopicConfigs.Schema.TryGet(name, out definition),
            ConfigResourceType.Group => GroupConfigs.Schema.TryGet(name, out definition),
            _ => BrokerConfigs.TryGet(name, out definition),
        };
        return definition;
    }

    private static ConfigAlteration Check(
        ConfigResource resource,
        ImmutableDictionary<string, string> overrides,
        IReadOnlyList<string> touched,
        BrokerConfigLayers broker)
    {
        var (error, message) = resource.Type switch
        {
            ConfigResourceType.Topic => (ErrorCode.InvalidConfig, TopicConfigRules.Check(overrides, broker)),
            ConfigResourceType.Group => (ErrorCode.InvalidConfig, GroupConfigRules.Check(overrides, broker)),
            ConfigResourceType.Broker =>
                (ErrorCode.InvalidRequest, BrokerConfigRules.Check(overrides, touched, resource.Name.Length == 0, broker)),
            _ => (ErrorCode.InvalidRequest, $"Unknown resource type {(int)resource.Type}"),
        };
        return message is null ? new ConfigAlteration(ErrorCode.None, null, overrides) : Failed(error, message);
    }

    private static ConfigAlteration Failed(ErrorCode error, string? message) => new(error, message, Nothing);
}
