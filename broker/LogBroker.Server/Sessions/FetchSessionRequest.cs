namespace LogBroker.Server.Sessions;

/// <summary>The session part of a fetch request.</summary>
/// <param name="SessionId">0 when the client has none.</param>
/// <param name="Epoch">0 asks for a new session, -1 for none, any other continues one.</param>
/// <param name="UsesTopicIds">Whether topics are named by id; a session does not change its ways.</param>
/// <param name="Targets">All partitions of a full fetch; the new and changed ones of an incremental one.</param>
/// <param name="Forgotten">Partitions the session shall no longer serve.</param>
internal sealed record FetchSessionRequest(
    int SessionId,
    int Epoch,
    bool UsesTopicIds,
    IReadOnlyList<FetchTarget> Targets,
    IReadOnlyList<FetchKey> Forgotten);
