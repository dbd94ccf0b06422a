using System.Collections.Immutable;
using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Adds partitions to topics (KIP-195).</summary>
internal sealed class CreatePartitionsHandler(Catalogue catalogue)
    : RequestHandler<CreatePartitionsRequest, CreatePartitionsResponse>
{
    protected override async Task<CreatePartitionsResponse> HandleAsync(
        CreatePartitionsRequest request, RequestContext context)
    {
        ImmutableArray<CreatePartitionsResult> results = await catalogue.CreatePartitionsAsync(
            [.. request.Topics.Select(Read)], request.ValidateOnly, CancellationToken.None).ConfigureAwait(false);
        return new CreatePartitionsResponse
        {
            Results =
            [
                .. results.Select(result => new CreatePartitionsResponse.CreatePartitionsTopicResult
                {
                    Name = result.Topic,
                    ErrorCode = result.Error?.Code ?? ErrorCode.None,
                    ErrorMessage = result.Error?.Message,
                }),
            ],
        };
    }

    private static NewPartitions Read(CreatePartitionsRequest.CreatePartitionsTopic topic) => new(
        topic.Name,
        topic.Count,
        topic.Assignments is { } assignments ? [.. assignments.Select(assignment => assignment.BrokerIds)] : null);
}
