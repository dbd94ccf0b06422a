namespace LogBroker.Server.Hosting;

/// <summary>One setting as it was given.</summary>
/// <param name="Name">The key, as Kafka writes it (<c>log.dirs</c>).</param>
/// <param name="Value">The text, trimmed, not yet parsed.</param>
/// <param name="Source">Which layer gave it.</param>
/// <param name="Origin">The same in a person's words: <c>file server.properties, line 3</c>.</param>
public sealed record BrokerSetting(string Name, string Value, SettingSource Source, string Origin);
