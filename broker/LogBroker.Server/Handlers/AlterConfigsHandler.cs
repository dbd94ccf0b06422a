using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Puts new settings in the place of all that were set for a resource (the old way, before KIP-339).</summary>
internal sealed class AlterConfigsHandler(Catalogue catalogue) : RequestHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    protected override async Task<AlterConfigsResponse> HandleAsync(AlterConfigsRequest request, RequestContext context)
    {
        var repeated = RepeatedResources.Of(request.Resources.Select(r => (r.ResourceType, r.ResourceName)));
        var responses = new List<AlterConfigsResponse.AlterConfigsResourceResponse>();
        foreach (AlterConfigsRequest.AlterConfigsResource wanted in request.Resources.DistinctBy(r => (r.ResourceType, r.ResourceName)))
        {
            CommandError? error = repeated.Contains((wanted.ResourceType, wanted.ResourceName))
                ? RepeatedResources.Error
                : await AlterAsync(wanted, request.ValidateOnly).ConfigureAwait(false);
            responses.Add(new()
            {
                ResourceType = wanted.ResourceType,
                ResourceName = wanted.ResourceName,
                ErrorCode = error?.Code ?? ErrorCode.None,
                ErrorMessage = error?.Message,
            });
        }

        return new AlterConfigsResponse { Responses = [.. responses] };
    }

    private Task<CommandError?> AlterAsync(AlterConfigsRequest.AlterConfigsResource wanted, bool validateOnly) =>
        catalogue.SetConfigsAsync(
            new ConfigResource((ConfigResourceType)wanted.ResourceType, wanted.ResourceName),
            [.. wanted.Configs.Select(config => KeyValuePair.Create(config.Name, config.Value))],
            validateOnly,
            CancellationToken.None);
}
