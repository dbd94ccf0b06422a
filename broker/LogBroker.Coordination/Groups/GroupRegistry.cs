using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Coordination.Groups;

/// <summary>The groups of one shard by id, of whatever kind.</summary>
public sealed class GroupRegistry
{
    private readonly Dictionary<string, IGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IGroup>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public GroupRegistry() => _bySpan = _groups.GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyCollection<IGroup> All => _groups.Values;

    public IGroup? Find(string groupId) => _groups.GetValueOrDefault(groupId);

    public IGroup? Find(ReadOnlySpan<char> groupId) => _bySpan.TryGetValue(groupId, out IGroup? group) ? group : null;

    public bool TryFind<TGroup>(string groupId, [NotNullWhen(true)] out TGroup? group)
        where TGroup : class, IGroup
    {
        group = Find(groupId) as TGroup;
        return group is not null;
    }

    /// <summary>Adds a group, or puts it in the place of the one with its id.</summary>
    public void Set(IGroup group) => _groups[group.GroupId] = group;

    public void Remove(string groupId) => _groups.Remove(groupId);
}
