namespace LogBroker.Metadata;

/// <summary>Producer ids that no one else has or will have: <paramref name="Length"/> of them from
/// <paramref name="First"/> on.</summary>
public readonly record struct ProducerIdBlock(long First, int Length);
