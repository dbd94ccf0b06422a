using LogBroker.Coordination.Runtime;
using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Protocol.Errors;

namespace LogBroker.Server.Handlers;

/// <summary>Creates the topics that clients ask for without having created them (<c>auto.create.topics.enable</c>).</summary>
internal sealed class TopicAutoCreation(Catalogue catalogue, ICoordinatorTopic consumerOffsets, bool isEnabled)
{
    /// <summary>Creates a topic with the broker's defaults, or the coordinator's own topic as the coordinator would.</summary>
    /// <param name="name">A topic that is not there.</param>
    /// <param name="mayCreate">Whether the client lets it be created (KIP-204's flag of Metadata).</param>
    /// <returns>None when the topic is there now; else what the client is to be told.</returns>
    public async ValueTask<ErrorCode> TryCreateAsync(string name, bool mayCreate)
    {
        if (TopicNames.Check(name) is not null) return ErrorCode.InvalidTopicException;
        if (!mayCreate || !isEnabled) return ErrorCode.UnknownTopicOrPartition;
        if (name == TopicNames.ConsumerOffsets) return ToClientsError(await consumerOffsets.EnsureAsync().ConfigureAwait(false));
        // Those whose coordinators are not there yet would be theirs with a user topic's settings.
        if (TopicNames.IsInternal(name)) return ErrorCode.UnknownTopicOrPartition;
        CreateTopicResult result = await catalogue
            .CreateTopicAsync(new NewTopic { Name = name }, CancellationToken.None).ConfigureAwait(false);
        return ToClientsError(result.Error?.Code ?? ErrorCode.None);
    }

    private static ErrorCode ToClientsError(ErrorCode error) => error switch
    {
        ErrorCode.None or ErrorCode.TopicAlreadyExists => ErrorCode.None,
        ErrorCode.InvalidTopicException or ErrorCode.InvalidReplicationFactor => error,
        _ => ErrorCode.UnknownTopicOrPartition,
    };
}
