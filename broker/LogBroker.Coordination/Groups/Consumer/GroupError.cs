using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Why a request is refused, with words for whoever runs the client.</summary>
internal sealed record GroupError(ErrorCode Code, string Message);
