using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Metadata;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Tells the settings of topics, brokers and groups: values in force, and where they come from.</summary>
internal sealed class DescribeConfigsHandler(Catalogue catalogue, int brokerId)
    : RequestHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    private const string NoMessage = "";
    private const string Unsupported = "This most likely occurs because of a request being malformed by the client library "
        + "or the message was sent to an incompatible broker. See the broker logs for more details.";

    protected override Task<DescribeConfigsResponse> HandleAsync(DescribeConfigsRequest request, RequestContext context) =>
        Task.FromResult(new DescribeConfigsResponse
        {
            Results = [.. request.Resources.Select(resource => Describe(resource, request))],
        });

    private DescribeConfigsResponse.DescribeConfigsResult Describe(
        DescribeConfigsRequest.DescribeConfigsResource wanted, DescribeConfigsRequest request)
    {
        (ErrorCode error, string message, ImmutableArray<ConfigEntry> entries) = Find(wanted);
        IEnumerable<ConfigEntry> asked = wanted.ConfigurationKeys is { IsEmpty: false } keys
            ? entries.Where(entry => keys.Contains(entry.Name))
            : entries;
        return new()
        {
            ErrorCode = error,
            ErrorMessage = message,
            ResourceType = wanted.ResourceType,
            ResourceName = wanted.ResourceName,
            Configs = [.. asked.Select(entry => Describe(entry, request))],
        };
    }

    private (ErrorCode Error, string Message, ImmutableArray<ConfigEntry> Entries) Find(
        DescribeConfigsRequest.DescribeConfigsResource wanted)
    {
        MetadataImage image = catalogue.Image;
        BrokerConfigLayers broker = catalogue.BrokerConfigIn(image);
        var resource = new ConfigResource((ConfigResourceType)wanted.ResourceType, wanted.ResourceName);
        switch (resource.Type)
        {
            case ConfigResourceType.Topic when TopicNames.Check(resource.Name) is { } invalid:
                return (ErrorCode.InvalidTopicException, invalid, []);
            case ConfigResourceType.Topic when !image.TryGetTopic(resource.Name, out _):
                return (ErrorCode.UnknownTopicOrPartition, NoMessage, []);
            case ConfigResourceType.Topic:
                return (ErrorCode.None, NoMessage, EffectiveConfig.OfTopic(broker, image.ConfigsOf(resource)));
            case ConfigResourceType.Group when resource.Name.Length == 0:
                return (ErrorCode.InvalidRequest, "Group name must not be empty", []);
            case ConfigResourceType.Group:
                return (ErrorCode.None, NoMessage, EffectiveConfig.OfGroup(broker, image.ConfigsOf(resource)));
            case ConfigResourceType.Broker when resource == ConfigResource.ClusterDefault:
                return (ErrorCode.None, NoMessage, EffectiveConfig.OfClusterDefault(broker.DynamicDefault));
            case ConfigResourceType.Broker when CheckBroker(resource.Name) is { } refusal:
                return (ErrorCode.InvalidRequest, refusal, []);
            case ConfigResourceType.Broker:
                return (ErrorCode.None, NoMessage, EffectiveConfig.OfBroker(broker));
            default:
                return (ErrorCode.InvalidRequest, Unsupported, []);
        }
    }

    private string? CheckBroker(string name)
    {
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
            return $"Broker id must be an integer, but it is: {name}";
        return id == brokerId ? null : $"Unexpected broker id, expected {brokerId} or empty string, but received {name}";
    }

    private static DescribeConfigsResponse.DescribeConfigsResourceResult Describe(
        ConfigEntry entry, DescribeConfigsRequest request) => new()
        {
            Name = entry.Name,
            Value = entry.Value,
            ReadOnly = entry.IsReadOnly,
            ConfigSource = (sbyte)entry.Source,
            IsSensitive = entry.IsSensitive,
            ConfigType = (sbyte)entry.Type,
            Documentation = request.IncludeDocumentation ? entry.Documentation : null,
            Synonyms = request.IncludeSynonyms
                ? [.. entry.Synonyms.Select(synonym => new DescribeConfigsResponse.DescribeConfigsSynonym
                {
                    Name = synonym.Name,
                    Value = synonym.Value,
                    Source = (sbyte)synonym.Source,
                })]
                : [],
        };
}
