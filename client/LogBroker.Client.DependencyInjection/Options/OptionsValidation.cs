using Microsoft.Extensions.Options;

namespace LogBroker.Client.DependencyInjection.Options;

/// <summary>Hands the check that options do themselves to the host, with the name of what they are for.</summary>
internal sealed class OptionsValidation<TOptions>(Action<TOptions> validate) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        try
        {
            validate(options);
            return ValidateOptionsResult.Success;
        }
        catch (ClientOptionsException wrong)
        {
            string of = string.IsNullOrEmpty(name) ? "" : $" of {name}";
            return ValidateOptionsResult.Fail($"{typeof(TOptions).Name}{of}: {wrong.Message}");
        }
    }
}
