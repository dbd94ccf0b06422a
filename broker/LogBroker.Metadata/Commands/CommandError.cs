using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Commands;

/// <summary>Why a command was refused, in Kafka's code and words.</summary>
/// <param name="Code">Never <see cref="ErrorCode.None"/>.</param>
/// <param name="Message">Null where Kafka sends none.</param>
public sealed record CommandError(ErrorCode Code, string? Message);
