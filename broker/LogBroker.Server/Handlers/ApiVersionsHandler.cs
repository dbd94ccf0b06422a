using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Tells a client which requests are served, in which versions: read off the table that dispatches.</summary>
internal sealed partial class ApiVersionsHandler(HandlerTable table) : RequestHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private const short ClientSoftwareSince = 3;

    private readonly Lazy<ImmutableArray<ApiVersionsResponse.ApiVersion>> _served = new(() => Describe(table));

    protected override Task<ApiVersionsResponse> HandleAsync(ApiVersionsRequest request, RequestContext context)
    {
        if (context.ApiVersion >= ClientSoftwareSince && !NamesClientSoftware(request))
            return Task.FromResult(new ApiVersionsResponse { ErrorCode = ErrorCode.InvalidRequest });
        return Task.FromResult(new ApiVersionsResponse { ApiKeys = _served.Value });
    }

    /// <summary>The answer to a version of ApiVersions itself that is not served: the range that is, in version 0 (KIP-511).</summary>
    public static ApiVersionsResponse Unsupported() => new()
    {
        ErrorCode = ErrorCode.UnsupportedVersion,
        ApiKeys =
        [
            new()
            {
                ApiKey = (short)ApiKey.ApiVersions,
                MinVersion = ApiVersionsRequest.Versions.Min,
                MaxVersion = ApiVersionsRequest.Versions.Max,
            },
        ],
    };

    private static bool NamesClientSoftware(ApiVersionsRequest request) =>
        SoftwareName().IsMatch(request.ClientSoftwareName) && SoftwareName().IsMatch(request.ClientSoftwareVersion);

    private static ImmutableArray<ApiVersionsResponse.ApiVersion> Describe(HandlerTable table) =>
    [
        .. table.Handlers.OrderBy(handler => handler.Key).Select(handler => new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)handler.Key,
            MinVersion = handler.Advertised.Min,
            MaxVersion = handler.Advertised.Max,
        }),
    ];

    [GeneratedRegex(@"^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z")]
    private static partial Regex SoftwareName();
}
