using System.Collections.Immutable;
using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Deletes topics, by name or, since version 6, by id.</summary>
internal sealed class DeleteTopicsHandler(Catalogue catalogue) : RequestHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    private const short TopicIdsSince = 6;
    private const short DisabledErrorSince = 3;

    protected override async Task<DeleteTopicsResponse> HandleAsync(DeleteTopicsRequest request, RequestContext context)
    {
        ImmutableArray<TopicReference> topics = context.ApiVersion >= TopicIdsSince
            ? [.. request.Topics.Select(topic => new TopicReference(topic.Name, topic.TopicId))]
            : [.. request.TopicNames.Select(name => new TopicReference(name, Guid.Empty))];
        if (catalogue.BrokerConfig.Value(BrokerConfigs.DeleteTopic) != "true") return Disabled(topics, context.ApiVersion);
        ImmutableArray<DeleteTopicResult> results =
            await catalogue.DeleteTopicsAsync(topics, CancellationToken.None).ConfigureAwait(false);
        return new DeleteTopicsResponse
        {
            Responses =
            [
                .. results.Select(result => new DeleteTopicsResponse.DeletableTopicResult
                {
                    Name = result.Name,
                    TopicId = result.Id,
                    ErrorCode = result.Error?.Code ?? ErrorCode.None,
                    ErrorMessage = result.Error?.Message,
                }),
            ],
        };
    }

    private static DeleteTopicsResponse Disabled(ImmutableArray<TopicReference> topics, short version) => new()
    {
        Responses =
        [
            .. topics.Select(topic => new DeleteTopicsResponse.DeletableTopicResult
            {
                Name = topic.Name,
                TopicId = topic.Id,
                ErrorCode = version < DisabledErrorSince ? ErrorCode.InvalidRequest : ErrorCode.TopicDeletionDisabled,
                ErrorMessage = $"Topic deletion is disabled ({BrokerConfigs.DeleteTopic}).",
            }),
        ],
    };
}
