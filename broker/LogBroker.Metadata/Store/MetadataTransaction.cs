using System.Collections.Immutable;

namespace LogBroker.Metadata.Store;

/// <summary>Conditions over keys and the operations to do if all of them hold. Each key is operated on at most once.</summary>
public sealed class MetadataTransaction
{
    public static readonly MetadataTransaction Empty = new([], []);

    private MetadataTransaction(
        ImmutableArray<MetadataCondition> conditions, ImmutableArray<MetadataOperation> operations)
    {
        Conditions = conditions;
        Operations = operations;
    }

    public ImmutableArray<MetadataCondition> Conditions { get; }

    public ImmutableArray<MetadataOperation> Operations { get; }

    /// <summary>Holds if the key's last put was at exactly this revision (compare and swap); 0 = there is no such key.</summary>
    public MetadataTransaction Require(string key, long modRevision)
    {
        MetadataKey.Require(key);
        ArgumentOutOfRangeException.ThrowIfNegative(modRevision);
        return new(Conditions.Add(new(key, modRevision)), Operations);
    }

    public MetadataTransaction RequireAbsent(string key) => Require(key, 0);

    /// <summary>Puts the value; with a lease, the entry is deleted when the lease ends. A put without a lease frees the entry
    /// from the one it had.</summary>
    public MetadataTransaction Put(string key, ReadOnlyMemory<byte> value, LeaseId? lease = null) =>
        With(new(key, value, lease));

    /// <summary>Deletes the key; no event if there is none.</summary>
    public MetadataTransaction Delete(string key) => With(new(key, null, null));

    private MetadataTransaction With(MetadataOperation operation)
    {
        MetadataKey.Require(operation.Key);
        foreach (var earlier in Operations)
        {
            if (earlier.Key == operation.Key)
                throw new ArgumentException($"The transaction already operates on '{operation.Key}'.", nameof(operation));
        }

        return new(Conditions, Operations.Add(operation));
    }
}

/// <summary>The key's last put must have been at <paramref name="ModRevision"/>; 0 = the key must be absent.</summary>
public readonly record struct MetadataCondition(string Key, long ModRevision);

/// <summary>A put, or a delete where <paramref name="Value"/> is null.</summary>
public readonly record struct MetadataOperation(string Key, ReadOnlyMemory<byte>? Value, LeaseId? Lease)
{
    public bool IsDelete => Value is null;
}
