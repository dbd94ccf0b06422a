using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Finds groups that rebalance over and over: looks at all twice, and on at those that are not between the looks as they were.</summary>
/// <param name="admin">Asks the coordinators.</param>
/// <param name="time">The clock.</param>
internal sealed class RestlessGroups(AdminClient admin, TimeProvider time)
{
    private static readonly TimeSpan BeforeSecondLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>A group that a member joins or leaves changes once or twice, and is quiet again.</summary>
    private const int ChangesOfRestless = 3;

    private const int LooksMax = 8;

    /// <summary>How often each restless group was seen to be another than at the look before.</summary>
    /// <param name="groups">All that are to be looked at.</param>
    /// <param name="cancelled">Gives up.</param>
    public async Task<IReadOnlyDictionary<string, int>> FindAsync(IReadOnlyCollection<string> groups, CancellationToken cancelled)
    {
        var changes = new Dictionary<string, int>(StringComparer.Ordinal);
        IReadOnlyDictionary<string, Look> before = await LookAsync(groups, cancelled);
        for (int look = 2; look <= LooksMax && before.Count > 0; look++)
        {
            await Task.Delay(look == 2 ? BeforeSecondLook : BetweenLooks, time, cancelled);
            IReadOnlyDictionary<string, Look> now = await LookAsync(before.Keys, cancelled);
            foreach ((string group, Look seen) in now)
                if (seen.IsMoving || seen != before[group]) changes[group] = changes.GetValueOrDefault(group) + 1;
            before = now.Where(group => changes.GetValueOrDefault(group.Key) is > 0 and < ChangesOfRestless).ToDictionary();
        }
        return changes.Where(group => group.Value >= ChangesOfRestless).ToDictionary();
    }

    private async Task<IReadOnlyDictionary<string, Look>> LookAsync(IEnumerable<string> groups, CancellationToken cancelled)
    {
        AdminResults<string, GroupDescription> described = await admin.Groups.DescribeAsync([.. groups], cancellationToken: cancelled);
        return described.Values.ToDictionary(group => group.Key, group => Look.At(group.Value));
    }

    /// <summary>What tells one round of a group from another: its epoch, which only groups of the consumer protocol tell, and who is in it. A
    /// consumer that comes again has another member id.</summary>
    private readonly record struct Look(bool IsMoving, int? Epoch, string Members)
    {
        public static Look At(GroupDescription group) => new(
            group.State is GroupState.PreparingRebalance or GroupState.CompletingRebalance or GroupState.Assigning or GroupState.Reconciling,
            group.GroupEpoch,
            string.Join(' ', group.Members.Select(member => member.MemberId).Order(StringComparer.Ordinal)));
    }
}
