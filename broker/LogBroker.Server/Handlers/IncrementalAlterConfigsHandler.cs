using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Sets, deletes, appends to or subtracts from single settings of a resource (KIP-339).</summary>
internal sealed class IncrementalAlterConfigsHandler(Catalogue catalogue)
    : RequestHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    protected override async Task<IncrementalAlterConfigsResponse> HandleAsync(
        IncrementalAlterConfigsRequest request, RequestContext context)
    {
        var repeated = RepeatedResources.Of(request.Resources.Select(r => (r.ResourceType, r.ResourceName)));
        var responses = new List<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse>();
        foreach (IncrementalAlterConfigsRequest.AlterConfigsResource wanted in request.Resources)
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

        return new IncrementalAlterConfigsResponse { Responses = [.. responses] };
    }

    private Task<CommandError?> AlterAsync(
        IncrementalAlterConfigsRequest.AlterConfigsResource wanted, bool validateOnly) => catalogue.AlterConfigsAsync(
            new ConfigResource((ConfigResourceType)wanted.ResourceType, wanted.ResourceName),
            [.. wanted.Configs.Select(config => new AlterConfigOperation(
                config.Name, (AlterConfigOperationType)config.ConfigOperation, config.Value))],
            validateOnly,
            CancellationToken.None);
}
