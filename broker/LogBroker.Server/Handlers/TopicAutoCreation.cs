using LogBroker.Metadata;
using LogBroker.Metadata.Commands;
using LogBroker.Protocol.Errors;

namespace LogBroker.Server.Handlers;

/// <summary>Creates the topics that clients ask for without having created them (<c>auto.create.topics.enable</c>).</summary>
internal sealed class TopicAutoCreation(Catalogue catalogue, bool isEnabled)
{
    /// <summary>Creates a topic with the broker's defaults.</summary>
    /// <param name="name">A topic that is not there.</param>
    /// <param name="mayCreate">Whether the client lets it be created (KIP-204's flag of Metadata).</param>
    /// <returns>None when the topic is there now; else what the client is to be told.</returns>
    public async ValueTask<ErrorCode> TryCreateAsync(string name, bool mayCreate)
    {
        if (TopicNames.Check(name) is not null) return ErrorCode.InvalidTopicException;
        if (!mayCreate || !isEnabled) return ErrorCode.UnknownTopicOrPartition;
        CreateTopicResult result = await catalogue
            .CreateTopicAsync(new NewTopic { Name = name }, CancellationToken.None).ConfigureAwait(false);
        return result.Error?.Code switch
        {
            null or ErrorCode.TopicAlreadyExists => ErrorCode.None,
            ErrorCode.InvalidTopicException => ErrorCode.InvalidTopicException,
            ErrorCode.InvalidReplicationFactor => ErrorCode.InvalidReplicationFactor,
            _ => ErrorCode.UnknownTopicOrPartition,
        };
    }
}
