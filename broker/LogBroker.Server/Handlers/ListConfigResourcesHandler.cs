using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Metadata;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Tells what there are settings of (KIP-1142): every topic and broker, and the groups that have some.</summary>
internal sealed class ListConfigResourcesHandler(Catalogue catalogue)
    : RequestHandler<ListConfigResourcesRequest, ListConfigResourcesResponse>
{
    private const short FirstWithTypes = 1;

    private static readonly ImmutableArray<ConfigResourceType> Types =
    [
        ConfigResourceType.Topic, ConfigResourceType.BrokerLogger, ConfigResourceType.Broker,
        ConfigResourceType.ClientMetrics, ConfigResourceType.Group,
    ];

    protected override Task<ListConfigResourcesResponse> HandleAsync(
        ListConfigResourcesRequest request, RequestContext context) =>
        Task.FromResult(List(TypesOf(request, context.ApiVersion)));

    private ListConfigResourcesResponse List(ImmutableArray<ConfigResourceType> types)
    {
        if (types.Any(type => !Types.Contains(type))) return new() { ErrorCode = ErrorCode.UnsupportedVersion };
        MetadataImage image = catalogue.Image;
        return new()
        {
            ConfigResources =
            [
                .. types.Distinct().SelectMany(
                    type => NamesOf(type, image),
                    (type, name) => new ListConfigResourcesResponse.ConfigResource
                    {
                        ResourceName = name,
                        ResourceType = (sbyte)type,
                    }),
            ],
        };
    }

    /// <summary>The first version lists what client telemetry subscribes to; of the next, no types are all.</summary>
    private static ImmutableArray<ConfigResourceType> TypesOf(ListConfigResourcesRequest request, short version)
    {
        if (version < FirstWithTypes) return [ConfigResourceType.ClientMetrics];
        return request.ResourceTypes.IsEmpty ? Types : [.. request.ResourceTypes.Select(type => (ConfigResourceType)type)];
    }

    private static IEnumerable<string> NamesOf(ConfigResourceType type, MetadataImage image) => type switch
    {
        ConfigResourceType.Topic => image.Topics.Keys,
        ConfigResourceType.Broker or ConfigResourceType.BrokerLogger =>
            image.Brokers.Keys.Select(id => id.ToString(CultureInfo.InvariantCulture)),
        _ => image.ConfiguredResources.Where(resource => resource.Type == type).Select(resource => resource.Name),
    };
}
