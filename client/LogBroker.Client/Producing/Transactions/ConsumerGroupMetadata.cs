namespace LogBroker.Client;

/// <summary>Who commits offsets in a transaction: a group, and the member on whose behalf, so that one which was replaced cannot commit
/// any more (KIP-447).</summary>
/// <param name="GroupId">The group.</param>
/// <param name="GenerationId">The member's generation or epoch; -1 commits for nobody in particular.</param>
/// <param name="MemberId">The member; empty commits for nobody in particular.</param>
/// <param name="GroupInstanceId">The static member's name, if it has one.</param>
public sealed record ConsumerGroupMetadata(
    string GroupId, int GenerationId = -1, string MemberId = "", string? GroupInstanceId = null);
