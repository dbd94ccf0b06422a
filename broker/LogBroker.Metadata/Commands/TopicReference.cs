namespace LogBroker.Metadata.Commands;

/// <summary>A topic to be deleted (DeleteTopics), by name or by id.</summary>
/// <param name="Name">Null = by id.</param>
/// <param name="Id">Empty = by name.</param>
public readonly record struct TopicReference(string? Name, Guid Id);

/// <summary>What became of a topic to be deleted.</summary>
/// <param name="Name">Its name, where it is known.</param>
/// <param name="Id">Its id, where it is known.</param>
/// <param name="Error">Null = it is gone.</param>
public sealed record DeleteTopicResult(string? Name, Guid Id, CommandError? Error);
