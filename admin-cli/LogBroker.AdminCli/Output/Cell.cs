namespace LogBroker.AdminCli.Output;

/// <summary>A value as a person reads it.</summary>
/// <param name="Text">The words.</param>
/// <param name="Tone">What they mean.</param>
internal readonly record struct Cell(string Text, Tone Tone);
