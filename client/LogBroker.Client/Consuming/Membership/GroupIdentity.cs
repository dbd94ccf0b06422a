namespace LogBroker.Client.Consuming.Membership;

/// <summary>Who a consumer is in its group when it commits.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">Empty for a consumer that is no member: one that assigns itself.</param>
/// <param name="Generation">The classic group's generation, or the member's epoch under KIP-848; -1 for no member.</param>
/// <param name="InstanceId">A static member's name.</param>
internal sealed record GroupIdentity(string GroupId, string MemberId, int Generation, string? InstanceId)
{
    /// <summary>Whether it is a member under KIP-848.</summary>
    public bool IsConsumerProtocol { get; init; }

    public bool IsMember => Generation >= 0;

    /// <summary>A consumer that is no member.</summary>
    public static GroupIdentity Outside(string groupId) => new(groupId, "", -1, null);
}
