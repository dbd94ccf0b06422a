using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>Requests to the group's coordinator. When it is not (any more) the coordinator, or cannot be reached, it is forgotten, so that
/// the next try looks for it anew.</summary>
internal static class CoordinatorCall
{
    /// <param name="context">Whose group it is.</param>
    /// <param name="lane">Requests of one lane arrive in the order they are sent.</param>
    /// <param name="request">The request.</param>
    /// <param name="versionMax">No higher version is used.</param>
    /// <param name="cancellationToken">Gives up the wait; the request may arrive all the same.</param>
    /// <param name="timeout">How long the answer may take; null for <c>request.timeout.ms</c>.</param>
    /// <param name="sending">Told when there is a coordinator and the request goes to it.</param>
    /// <exception cref="KafkaException">There is no answer.</exception>
    public static async Task<TResponse> SendAsync<TResponse>(
        ConsumerContext context,
        ConnectionLane lane,
        IRequest<TResponse> request,
        short versionMax,
        CancellationToken cancellationToken,
        TimeSpan? timeout = null,
        Action? sending = null)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        string group = context.RequireGroup();
        try
        {
            var connection = await context.Cluster.Coordinators.FindAsync(
                CoordinatorKind.Group, group, context.Pool, lane, cancellationToken).ConfigureAwait(false);
            sending?.Invoke();
            return await connection.SendAsync(
                request, versionMax, timeout ?? context.Cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException failure) when (failure is BrokerUnavailableException or RequestTimedOutException)
        {
            context.Cluster.Coordinators.Forget(CoordinatorKind.Group, group);
            throw;
        }
    }

    /// <exception cref="KafkaException">For an error.</exception>
    public static void ThrowIfFailed(ConsumerContext context, ErrorCode error, string what)
    {
        if (error == ErrorCode.None) return;
        if (error.NeedsCoordinatorLookup()) context.Cluster.Coordinators.Forget(CoordinatorKind.Group, context.RequireGroup());
        if (error.NeedsMetadataRefresh()) context.Cluster.Metadata.RequestRefresh($"{what}: {error}");
        throw error.ToException($"{what} in group {context.GroupId}");
    }
}
