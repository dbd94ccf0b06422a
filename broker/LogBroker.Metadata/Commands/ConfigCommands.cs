using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Store;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Commands;

/// <summary>Changes the settings of topics, groups and brokers.</summary>
internal sealed class ConfigCommands(
    CatalogueWriter writer, Func<MetadataImage, BrokerConfigLayers> brokerConfig, int brokerId)
{
    /// <summary>Computes what is set afterwards from what is set now and what is in force.</summary>
    public delegate ConfigAlteration Alteration(ImmutableDictionary<string, string> current, BrokerConfigLayers broker);

    public Task<CommandError?> AlterAsync(
        ConfigResource resource, Alteration alteration, bool validateOnly, CancellationToken cancellationToken) =>
        writer.CommitAsync(image => Plan(image, resource, alteration, validateOnly), cancellationToken);

    private (MetadataTransaction Change, CommandError? Answer) Plan(
        MetadataImage image, ConfigResource resource, Alteration alteration, bool validateOnly)
    {
        if (Check(image, resource) is { } error) return (MetadataTransaction.Empty, error);
        // However the id was written: "1" and "+01" are one broker.
        if (resource is { Type: ConfigResourceType.Broker, Name.Length: > 0 }) resource = ConfigResource.Broker(brokerId);
        var current = image.ConfigsOf(resource);
        var result = alteration(current, brokerConfig(image));
        if (result.Error != ErrorCode.None)
            return (MetadataTransaction.Empty, new CommandError(result.Error, result.Message));
        if (validateOnly) return (MetadataTransaction.Empty, null);

        var key = CatalogueKeys.Configs(resource);
        var change = MetadataTransaction.Empty.Require(key, image.ModRevision(key));
        if (resource.Type == ConfigResourceType.Topic)
        {
            var topic = CatalogueKeys.Topic(resource.Name);
            change = change.Require(topic, image.ModRevision(topic));
        }

        if (result.Overrides.IsEmpty) return current.IsEmpty ? (MetadataTransaction.Empty, null) : (change.Delete(key), null);
        return (change.Put(key, CatalogueValues.Configs(result.Overrides)), null);
    }

    private CommandError? Check(MetadataImage image, ConfigResource resource)
    {
        switch (resource.Type)
        {
            case ConfigResourceType.Topic when resource.Name.Length == 0:
                return new CommandError(ErrorCode.InvalidRequest, "Default topic resources are not allowed.");
            case ConfigResourceType.Topic when TopicNames.Check(resource.Name) is { } message:
                return new CommandError(ErrorCode.InvalidTopicException, message);
            case ConfigResourceType.Topic when !image.TryGetTopic(resource.Name, out _):
                return new CommandError(ErrorCode.UnknownTopicOrPartition, $"The topic '{resource.Name}' does not exist.");
            case ConfigResourceType.Group when resource.Name.Length == 0:
                return new CommandError(ErrorCode.InvalidRequest, "Default group resources are not allowed.");
            case ConfigResourceType.Group when !MetadataKey.IsValid(CatalogueKeys.Configs(resource)):
                return new CommandError(ErrorCode.InvalidGroupId, null);
            case ConfigResourceType.Broker when resource.Name.Length > 0:
                return CheckBroker(resource.Name);
            case ConfigResourceType.Topic or ConfigResourceType.Group or ConfigResourceType.Broker:
                return null;
            default:
                return new CommandError(ErrorCode.InvalidRequest, $"Unknown resource type {(int)resource.Type}");
        }
    }

    private CommandError? CheckBroker(string name)
    {
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
            return new CommandError(ErrorCode.InvalidRequest, $"Node id must be an integer, but it is: {name}");
        return id == brokerId
            ? null
            : new CommandError(
                ErrorCode.InvalidRequest, $"Unexpected broker id, expected {brokerId}, but received {name}");
    }
}
