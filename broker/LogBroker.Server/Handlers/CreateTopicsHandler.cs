using System.Collections.Immutable;
using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Creates topics; each succeeds or fails by itself.</summary>
internal sealed class CreateTopicsHandler(Catalogue catalogue) : RequestHandler<CreateTopicsRequest, CreateTopicsResponse>
{
    private const short DescribesCreatedSince = 5;

    protected override async Task<CreateTopicsResponse> HandleAsync(CreateTopicsRequest request, RequestContext context)
    {
        ImmutableArray<CreateTopicResult> results = await catalogue.CreateTopicsAsync(
            [.. request.Topics.Select(Read)], request.ValidateOnly, CancellationToken.None).ConfigureAwait(false);
        return new CreateTopicsResponse { Topics = [.. results.Select(result => Answer(result, context.ApiVersion))] };
    }

    private static NewTopic Read(CreateTopicsRequest.CreatableTopic topic) => new()
    {
        Name = topic.Name,
        PartitionCount = topic.NumPartitions,
        ReplicationFactor = topic.ReplicationFactor,
        Assignments = [.. topic.Assignments.Select(a => new ManualAssignment(a.PartitionIndex, a.BrokerIds))],
        Configs = [.. topic.Configs.Select(config => KeyValuePair.Create(config.Name, config.Value))],
    };

    private CreateTopicsResponse.CreatableTopicResult Answer(CreateTopicResult result, short version)
    {
        if (result.Error is { } error)
        {
            return new()
            {
                Name = result.Name,
                ErrorCode = error.Code,
                ErrorMessage = error.Message,
                NumPartitions = -1,
                ReplicationFactor = -1,
                Configs = [],
            };
        }

        if (version < DescribesCreatedSince) return new() { Name = result.Name, ErrorMessage = null };
        return new()
        {
            Name = result.Name,
            TopicId = result.Topic!.Id,
            ErrorMessage = null,
            NumPartitions = result.Topic.Partitions.Length,
            ReplicationFactor = (short)result.Topic.ReplicationFactor,
            Configs =
            [
                .. EffectiveConfig.OfTopic(catalogue.BrokerConfig, result.Configs).Select(
                    entry => new CreateTopicsResponse.CreatableTopicConfigs
                    {
                        Name = entry.Name,
                        // As it was asked for; only DescribeConfigs tells the normal form.
                        Value = result.Configs.GetValueOrDefault(entry.Name) ?? entry.Value,
                        ReadOnly = entry.IsReadOnly,
                        ConfigSource = (sbyte)entry.Source,
                        IsSensitive = entry.IsSensitive,
                    }),
            ],
        };
    }
}
