namespace LogBroker.Server.Sessions;

/// <summary>How a fetch names a partition: by topic id since version 13, by topic name before.</summary>
internal readonly record struct FetchKey(Guid TopicId, string? Topic, int Partition);
