using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LogBroker.Client.DependencyInjection.Options;

/// <summary>Puts immutable options under the host's care.</summary>
internal static class OptionsRegistration
{
    /// <summary>From now on options of this type are made by steps; those of <paramref name="name"/> are checked when the host
    /// starts.</summary>
    public static void AddStepwiseOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this IServiceCollection services, string name, Action<TOptions> validate)
        where TOptions : class, new()
    {
        services.TryAddSingleton<IOptionsFactory<TOptions>, StepwiseOptionsFactory<TOptions>>();
        if (!services.Any(service => service.ServiceType == typeof(IValidateOptions<TOptions>)
            && service.ImplementationInstance is OptionsValidation<TOptions>))
        {
            services.AddSingleton<IValidateOptions<TOptions>>(new OptionsValidation<TOptions>(validate));
        }
        services.AddOptions<TOptions>(name).ValidateOnStart();
    }

    /// <summary>Adds a step.</summary>
    public static void AddStep<TOptions>(
        this IServiceCollection services, string name, Func<IServiceProvider, TOptions, TOptions> apply) =>
        services.AddSingleton(new OptionStep<TOptions>(name, apply));

    /// <summary>The finished options of a name.</summary>
    /// <exception cref="OptionsValidationException">They cannot be worked with.</exception>
    public static TOptions OptionsOf<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this IServiceProvider services, string name)
        where TOptions : class => services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);
}
