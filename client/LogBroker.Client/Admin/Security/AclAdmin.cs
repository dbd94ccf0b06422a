using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Errors;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Who may do what.</summary>
public sealed class AclAdmin
{
    private readonly AdminCalls _calls;

    internal AclAdmin(AdminCalls calls) => _calls = calls;

    /// <summary>The rights that fit a filter.</summary>
    /// <exception cref="KafkaException">The cluster keeps no rights (<see cref="ErrorCode.SecurityDisabled"/>).</exception>
    public async Task<IReadOnlyList<AclBinding>> DescribeAsync(AclFilter filter, CancellationToken cancellationToken = default)
    {
        var request = new DescribeAclsRequest
        {
            ResourceTypeFilter = (sbyte)filter.ResourceType,
            ResourceNameFilter = filter.ResourceName,
            PatternTypeFilter = (sbyte)filter.PatternType,
            PrincipalFilter = filter.Principal,
            HostFilter = filter.Host,
            Operation = (sbyte)filter.Operation,
            PermissionType = (sbyte)filter.Permission,
        };
        var response = await _calls.AnyAsync(
            "Describing ACLs", request, answer => (answer.ErrorCode, answer.ErrorMessage), cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.Resources.SelectMany(resource => resource.Acls.Select(
                acl => new AclBinding(
                    (AclResourceType)resource.ResourceType, resource.ResourceName, acl.Principal, (AclOperation)acl.Operation)
                {
                    PatternType = (AclPatternType)resource.PatternType,
                    Host = acl.Host,
                    Permission = (AclPermission)acl.PermissionType,
                })),
        ];
    }

    /// <summary>Adds rights; those that are there already stay.</summary>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public async Task CreateAsync(IReadOnlyCollection<AclBinding> bindings, CancellationToken cancellationToken = default)
    {
        const string What = "Creating ACL";
        AclBinding[] wanted = [.. bindings];
        var request = new CreateAclsRequest
        {
            Creations =
            [
                .. wanted.Select(binding => new CreateAclsRequest.AclCreation
                {
                    ResourceType = (sbyte)binding.ResourceType,
                    ResourceName = binding.ResourceName,
                    ResourcePatternType = (sbyte)binding.PatternType,
                    Principal = binding.Principal,
                    Host = binding.Host,
                    Operation = (sbyte)binding.Operation,
                    PermissionType = (sbyte)binding.Permission,
                }),
            ],
        };
        var response = await _calls.AnyAsync("Creating ACLs", request, _ => (ErrorCode.None, null), cancellationToken)
            .ConfigureAwait(false);
        var results = new AdminResults<AclBinding, bool>(What);
        foreach (var (binding, result) in wanted.Zip(response.Results))
            results.Add(Answers.Of(binding, result.ErrorCode, result.ErrorMessage, What));
        results.ThrowIfAnyFailed();
    }

    /// <summary>Deletes the rights that fit filters.</summary>
    /// <returns>Those that were deleted.</returns>
    /// <exception cref="KafkaException">A filter is wrong, or a right could not be deleted.</exception>
    public async Task<IReadOnlyList<AclBinding>> DeleteAsync(
        IReadOnlyCollection<AclFilter> filters, CancellationToken cancellationToken = default)
    {
        const string What = "Deleting ACLs";
        var request = new DeleteAclsRequest
        {
            Filters =
            [
                .. filters.Select(filter => new DeleteAclsRequest.DeleteAclsFilter
                {
                    ResourceTypeFilter = (sbyte)filter.ResourceType,
                    ResourceNameFilter = filter.ResourceName,
                    PatternTypeFilter = (sbyte)filter.PatternType,
                    PrincipalFilter = filter.Principal,
                    HostFilter = filter.Host,
                    Operation = (sbyte)filter.Operation,
                    PermissionType = (sbyte)filter.Permission,
                }),
            ],
        };
        var response = await _calls.AnyAsync(What, request, _ => (ErrorCode.None, null), cancellationToken).ConfigureAwait(false);
        var deleted = new List<AclBinding>();
        foreach (var result in response.FilterResults)
        {
            if (result.ErrorCode != ErrorCode.None) throw result.ErrorCode.ToException(What, result.ErrorMessage);
            foreach (var acl in result.MatchingAcls)
            {
                if (acl.ErrorCode != ErrorCode.None) throw acl.ErrorCode.ToException(What, acl.ErrorMessage);
                deleted.Add(new AclBinding(
                    (AclResourceType)acl.ResourceType, acl.ResourceName, acl.Principal, (AclOperation)acl.Operation)
                {
                    PatternType = (AclPatternType)acl.PatternType,
                    Host = acl.Host,
                    Permission = (AclPermission)acl.PermissionType,
                });
            }
        }
        return deleted;
    }
}
