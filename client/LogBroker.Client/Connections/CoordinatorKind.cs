namespace LogBroker.Client.Connections;

/// <summary>What a coordinator coordinates; the values are the protocol's.</summary>
internal enum CoordinatorKind : sbyte
{
    /// <summary>A group, by its id.</summary>
    Group = 0,

    /// <summary>Transactions, by transactional id.</summary>
    Transaction = 1,
}
