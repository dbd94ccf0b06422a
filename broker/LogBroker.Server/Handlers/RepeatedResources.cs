using LogBroker.Metadata.Commands;
using LogBroker.Protocol.Errors;

namespace LogBroker.Server.Handlers;

/// <summary>Resources that one request of alterations names more than once, which is refused for all of them.</summary>
internal static class RepeatedResources
{
    public static readonly CommandError Error = new(ErrorCode.InvalidRequest, "Each resource must appear at most once.");

    public static HashSet<(sbyte Type, string Name)> Of(IEnumerable<(sbyte Type, string Name)> resources) =>
        [.. resources.CountBy(resource => resource).Where(count => count.Value > 1).Select(count => count.Key)];
}
