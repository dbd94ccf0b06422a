namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>Why a record could not be handled, and whether trying again may help.</summary>
internal readonly record struct Failure(Exception Error, bool IsRetriable);
