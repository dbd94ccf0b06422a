namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>A section that a client was bound to: it speaks for its producers and consumers too.</summary>
internal sealed record ClientDefaults(string OptionsName, Lazy<ClientSection> Section);
