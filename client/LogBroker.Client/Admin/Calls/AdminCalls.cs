using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Client.Retry;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Client.Admin.Calls;

/// <summary>How administrative requests are sent: to which broker, how often, until when.</summary>
/// <remarks>Any thread. Failures that may pass are retried with backoff until <c>default.api.timeout.ms</c> is over, then
/// thrown.</remarks>
internal sealed class AdminCalls(Cluster cluster)
{
    /// <summary>How long a broker may work on one request.</summary>
    public int TimeoutMs => (int)cluster.Options.RequestTimeout.TotalMilliseconds;

    public Cluster Cluster => cluster;

    /// <summary>Tries until it succeeds, fails for good, or the time is over.</summary>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        using var time = new CallTime(cluster, cancellationToken);
        try
        {
            return await time.RetryAsync(attempt, MayPassAfterNews).ConfigureAwait(false);
        }
        catch (UnsupportedFieldException missing)
        {
            throw TooOld(missing);
        }
    }

    /// <summary>Asks any broker, until it succeeds.</summary>
    /// <param name="what">What is done, as the start of a sentence.</param>
    /// <param name="request">The request.</param>
    /// <param name="error">Reads the whole answer's error.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<TResponse> AnyAsync<TResponse>(
        string what,
        IRequest<TResponse> request,
        Func<TResponse, (ErrorCode Error, string? Message)> error,
        CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse =>
        RetryAsync(
            async token =>
            {
                var response = await SendToAnyAsync(request, token).ConfigureAwait(false);
                var (code, message) = error(response);
                return code == ErrorCode.None ? response : throw code.ToException(what, message);
            },
            cancellationToken);

    /// <summary>Asks one broker, until it succeeds.</summary>
    /// <inheritdoc cref="AnyAsync"/>
    public Task<TResponse> BrokerAsync<TResponse>(
        string what,
        int nodeId,
        IRequest<TResponse> request,
        Func<TResponse, (ErrorCode Error, string? Message)> error,
        CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse =>
        RetryAsync(
            async token =>
            {
                await KnowBrokersAsync(token).ConfigureAwait(false);
                var response = await SendToAsync(nodeId, request, token).ConfigureAwait(false);
                var (code, message) = error(response);
                return code == ErrorCode.None ? response : throw code.ToException(what, message);
            },
            cancellationToken);

    /// <summary>Asks several brokers, each until it succeeds.</summary>
    /// <param name="what">What is done, as the start of a sentence that a broker's number ends.</param>
    /// <param name="nodeIds">The brokers; null for all.</param>
    /// <param name="request">The request.</param>
    /// <param name="error">Reads the whole answer's error.</param>
    /// <param name="read">Reads the rest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AdminResults<int, T>> EachBrokerAsync<TResponse, T>(
        string what,
        IReadOnlyCollection<int>? nodeIds,
        IRequest<TResponse> request,
        Func<TResponse, ErrorCode> error,
        Func<TResponse, T> read,
        CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        var brokers = nodeIds ?? await RetryAsync(FindBrokersAsync, cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<int, T>(what);
        foreach (var answer in await Task.WhenAll(brokers.Select(AskAsync)).ConfigureAwait(false)) results.Add(answer);
        return results;

        async Task<ItemAnswer<int, T>> AskAsync(int nodeId)
        {
            try
            {
                var response = await BrokerAsync($"{what} {nodeId}", nodeId, request, answer => (error(answer), null), cancellationToken)
                    .ConfigureAwait(false);
                return new ItemAnswer<int, T>(nodeId, read(response));
            }
            catch (KafkaException failure)
            {
                return new ItemAnswer<int, T>(nodeId, default, failure);
            }
        }
    }

    /// <summary>Asks a group's or transaction's coordinator, until it succeeds.</summary>
    /// <inheritdoc cref="AnyAsync"/>
    public Task<TResponse> CoordinatorAsync<TResponse>(
        string what,
        CoordinatorKind kind,
        string key,
        IRequest<TResponse> request,
        Func<TResponse, ErrorCode> error,
        CancellationToken cancellationToken,
        short versionMax = short.MaxValue)
        where TResponse : IApiMessage<TResponse>, IResponse =>
        RetryAsync(
            async token =>
            {
                var connection = await cluster.Coordinators.FindAsync(kind, key, ConnectionLane.Control, token).ConfigureAwait(false);
                var response = await connection.SendAsync(request, versionMax, cluster.Options.RequestTimeout, token)
                    .ConfigureAwait(false);
                var code = error(response);
                if (code.NeedsCoordinatorLookup()) cluster.Coordinators.Forget(kind, key);
                return code == ErrorCode.None ? response : throw code.ToException(what);
            },
            cancellationToken);

    /// <summary>One try with any broker.</summary>
    public async Task<TResponse> SendToAnyAsync<TResponse>(IRequest<TResponse> request, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        var connection = await cluster.ReachAnyAsync(cancellationToken).ConfigureAwait(false);
        return await connection.SendAsync(request, cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One try with any broker, whose versions decide what is asked.</summary>
    public async Task<TResponse> SendToAnyAsync<TResponse>(
        Func<BrokerConnection, IRequest<TResponse>> make, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        var connection = await cluster.ReachAnyAsync(cancellationToken).ConfigureAwait(false);
        return await connection.SendAsync(make(connection), cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One try with one broker.</summary>
    public async Task<TResponse> SendToAsync<TResponse>(
        int nodeId, IRequest<TResponse> request, CancellationToken cancellationToken, short versionMax = short.MaxValue)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        var connection = await cluster.ConnectAsync(nodeId, ConnectionLane.Control, cancellationToken).ConfigureAwait(false);
        return await connection.SendAsync(request, versionMax, cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ids of all brokers.</summary>
    public async Task<IReadOnlyCollection<int>> KnowBrokersAsync(CancellationToken cancellationToken)
    {
        var snapshot = cluster.Metadata.Current;
        if (snapshot.Brokers.Count == 0) snapshot = await cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return [.. snapshot.Brokers.Keys];
    }

    /// <summary>The ids of all brokers there are now: for what has to be asked of each.</summary>
    public async Task<IReadOnlyCollection<int>> FindBrokersAsync(CancellationToken cancellationToken) =>
        [.. (await cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(false)).Brokers.Keys];

    /// <summary>What is asked for has no place in the broker's version of the request.</summary>
    public static KafkaException TooOld(UnsupportedFieldException missing) => new(
        ErrorCode.UnsupportedVersion, $"The broker is older than what this call needs: {missing.Message}", missing);

    /// <summary>Whether another try may go better. That something does not exist is an answer here, not a moment's state.</summary>
    public static bool MayPass(KafkaException failure) => failure.IsRetriable && failure.ErrorCode is not
        (ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId or ErrorCode.ElectionNotNeeded or
        ErrorCode.PreferredLeaderNotAvailable or ErrorCode.EligibleLeadersNotAvailable);

    /// <summary>The same; asks for news about the cluster when the failure says that what is known is stale.</summary>
    public bool MayPassAfterNews(KafkaException failure)
    {
        if (!MayPass(failure)) return false;
        if (failure.ErrorCode.NeedsMetadataRefresh()) cluster.Metadata.RequestRefresh(failure.Message);
        return true;
    }
}
