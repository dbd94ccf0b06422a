namespace LogBroker.Coordination.Groups;

/// <summary>Who commits offsets.</summary>
/// <param name="MemberId">"" for nobody in particular.</param>
/// <param name="GroupInstanceId">Set for static members.</param>
/// <param name="GenerationOrEpoch">The member's generation or epoch; -1 for none.</param>
/// <param name="IsTransactional">Whether the offsets are part of a transaction.</param>
/// <param name="ApiVersion">The version of the request.</param>
public readonly record struct Committer(
    string MemberId, string? GroupInstanceId, int GenerationOrEpoch, bool IsTransactional, short ApiVersion);
