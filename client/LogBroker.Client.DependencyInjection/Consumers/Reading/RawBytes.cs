namespace LogBroker.Client.DependencyInjection.Consumers.Reading;

/// <summary>A key or value as it was written; null content is none. Hosted consumers read and write again what they need not understand:
/// a retry topic gets the same bytes, and what cannot be deserialized can still be put aside.</summary>
internal readonly record struct RawBytes(byte[]? Content);
