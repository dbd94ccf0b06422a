using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Tells the cluster's id and brokers (KIP-700).</summary>
internal sealed class DescribeClusterHandler(ClusterView cluster)
    : RequestHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    protected override Task<DescribeClusterResponse> HandleAsync(DescribeClusterRequest request, RequestContext context) =>
        Task.FromResult(request.EndpointType switch
        {
            Brokers => Describe(request, context),
            Controllers => Refuse(
                ErrorCode.MismatchedEndpointType,
                "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"),
            _ => Refuse(ErrorCode.UnsupportedEndpointType, $"Unsupported endpoint type {request.EndpointType}"),
        });

    private DescribeClusterResponse Describe(DescribeClusterRequest request, RequestContext context) => new()
    {
        ClusterId = cluster.Image.ClusterId,
        ControllerId = cluster.ControllerId,
        Brokers =
        [
            .. cluster.NodesFor(context.Listener).Select(node => new DescribeClusterResponse.DescribeClusterBroker
            {
                BrokerId = node.Id,
                Host = node.Host,
                Port = node.Port,
                Rack = node.Rack,
            }),
        ],
        ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations
            ? AllowedOperations.OfCluster
            : AllowedOperations.NotAsked,
    };

    private static DescribeClusterResponse Refuse(ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
