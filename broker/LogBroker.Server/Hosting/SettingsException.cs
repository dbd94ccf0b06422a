using System.Collections.Immutable;

namespace LogBroker.Server.Hosting;

/// <summary>The settings cannot be used. Each problem is one plain sentence for the person who wrote them.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>Creates the exception from every problem found, so that one run shows them all.</summary>
    public SettingsException(params ImmutableArray<string> problems) : base(string.Join(Environment.NewLine, problems)) =>
        Problems = problems;

    /// <summary>The problems, at least one, each a sentence.</summary>
    public ImmutableArray<string> Problems { get; }
}
