namespace LogBroker.Client.DependencyInjection.Options;

/// <summary>One of the steps that make immutable options of a name: from the section, then by the user's functions, in the order in
/// which they were added.</summary>
internal sealed record OptionStep<TOptions>(string Name, Func<IServiceProvider, TOptions, TOptions> Apply);
