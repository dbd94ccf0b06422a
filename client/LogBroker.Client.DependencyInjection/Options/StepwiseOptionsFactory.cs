using Microsoft.Extensions.Options;

namespace LogBroker.Client.DependencyInjection.Options;

/// <summary>Lets the SDK's immutable options take part in the host's options: made by steps, checked at the start, readable through
/// <see cref="IOptionsMonitor{TOptions}"/>.</summary>
internal sealed class StepwiseOptionsFactory<TOptions>(
    IServiceProvider services, IEnumerable<OptionStep<TOptions>> steps, IEnumerable<IValidateOptions<TOptions>> validations)
    : IOptionsFactory<TOptions>
    where TOptions : class, new()
{
    public TOptions Create(string name)
    {
        TOptions options = steps.Where(step => step.Name == name)
            .Aggregate(new TOptions(), (options, step) => step.Apply(services, options));
        string[] failures =
            [.. validations.SelectMany(validation => validation.Validate(name, options).Failures ?? [])];
        return failures.Length == 0 ? options : throw new OptionsValidationException(name, typeof(TOptions), failures);
    }
}
