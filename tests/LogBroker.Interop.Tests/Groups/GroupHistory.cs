namespace LogBroker.Interop.Tests.Groups;

/// <summary>
/// What follows from what the members of a group said, and what is wrong with it: a partition that two own, a record
/// processed by one that does not own its partition, one that was skipped, one that was committed and comes again.
/// </summary>
internal sealed class GroupHistory(int partitions)
{
    private readonly PartitionHistory[] _partitions =
        [.. Enumerable.Range(0, partitions).Select(_ => new PartitionHistory())];

    private readonly List<string> _faults = [];
    private readonly Dictionary<string, int> _assignments = [];

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The owner of each partition, null while it has none.</summary>
    public IReadOnlyList<string?> Owners => [.. _partitions.Select(partition => partition.Owner)];

    /// <summary>Up to where each partition was processed without a gap.</summary>
    public IReadOnlyList<long> Processed => [.. _partitions.Select(partition => partition.Next)];

    /// <summary>The highest offset that somebody said was committed.</summary>
    public long CommittedOf(int partition) => _partitions[partition].Committed;

    /// <summary>Whether every partition has an owner and every one of these members owns as many, give or take one.</summary>
    public bool IsSharedBy(params IReadOnlyCollection<string> members) =>
        _partitions.All(partition => partition.Owner is { } owner && members.Contains(owner))
        && members.All(member => OwnedBy(member).Count >= partitions / members.Count);

    public IReadOnlyList<int> OwnedBy(string member) =>
        [.. Enumerable.Range(0, partitions).Where(index => _partitions[index].Owner == member)];

    /// <summary>How often a member was given partitions.</summary>
    public int AssignmentsOf(string member) => _assignments.GetValueOrDefault(member);

    public void Add(GroupEvent said)
    {
        foreach (int index in said.Kind == GroupEventKind.Gone ? OwnedBy(said.Member) : said.Partitions)
        {
            if (_partitions[index].Add(said) is { } fault)
            {
                _faults.Add($"{index}: {fault} ({said})");
            }
        }

        if (said.Kind == GroupEventKind.Assigned)
        {
            _assignments[said.Member] = AssignmentsOf(said.Member) + 1;
        }
    }

    private sealed class PartitionHistory
    {
        private long _position;
        private bool _isFresh;

        public string? Owner { get; private set; }

        public long Next { get; private set; }

        public long Committed { get; private set; }

        public string? Add(GroupEvent said)
        {
            switch (said.Kind)
            {
                case GroupEventKind.Assigned:
                    string? before = Owner;
                    (Owner, _isFresh) = (said.Member, true);
                    return before is null || before == said.Member ? null : $"assigned while {before} owns it";
                case GroupEventKind.Revoked or GroupEventKind.Gone:
                    if (Owner == said.Member)
                    {
                        Owner = null;
                    }

                    return null;
                case GroupEventKind.Record:
                    return AddRecord(said);
                default:
                    Committed = Math.Max(Committed, said.Offset);
                    return said.Offset > Next ? $"committed, but processed only to {Next}" : null;
            }
        }

        private string? AddRecord(GroupEvent said)
        {
            bool isFirst = _isFresh;
            long expected = _position;
            _isFresh = false;
            _position = said.Offset + 1;
            long end = Next;
            Next = Math.Max(Next, _position);
            if (Owner != said.Member)
            {
                return $"processed while {Owner ?? "nobody"} owns it";
            }

            if (said.Offset > end)
            {
                return $"{end} was skipped";
            }

            if (isFirst)
            {
                return said.Offset < Committed ? $"begun below what was committed, {Committed}" : null;
            }

            return said.Offset == expected ? null : $"{expected} was due";
        }
    }
}
