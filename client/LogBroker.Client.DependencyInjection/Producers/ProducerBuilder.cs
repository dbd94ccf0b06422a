using LogBroker.Client.DependencyInjection.Configuration;
using LogBroker.Client.DependencyInjection.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection;

/// <summary>How a producer of the host is made; see <see cref="LogBrokerBuilder.AddProducer{TKey, TValue}"/>. Every function gets the
/// host's services.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
public sealed class ProducerBuilder<TKey, TValue>
{
    private readonly IServiceCollection _services;
    private readonly string _optionsName;

    internal ProducerBuilder(IServiceCollection services, string optionsName)
    {
        _services = services;
        _optionsName = optionsName;
    }

    internal Func<IServiceProvider, ISerializer<TKey>?> KeySerializer { get; private set; } =
        services => services.GetService<ISerializer<TKey>>();

    internal Func<IServiceProvider, ISerializer<TValue>?> ValueSerializer { get; private set; } =
        services => services.GetService<ISerializer<TValue>>();

    /// <summary>The finished options.</summary>
    internal ProducerOptions OptionsOf(IServiceProvider services) => services.OptionsOf<ProducerOptions>(_optionsName);

    /// <summary>Changes the options, as in <c>options => options with { Linger = ... }</c>. Steps run in the order in which they were
    /// added.</summary>
    public ProducerBuilder<TKey, TValue> Configure(Func<ProducerOptions, ProducerOptions> change) =>
        Configure((_, options) => change(options));

    /// <inheritdoc cref="Configure(Func{ProducerOptions, ProducerOptions})"/>
    public ProducerBuilder<TKey, TValue> Configure(Func<IServiceProvider, ProducerOptions, ProducerOptions> change)
    {
        _services.AddStep(_optionsName, change);
        return this;
    }

    /// <summary>Takes options from a section of the configuration, by the names of <see cref="ProducerOptions"/>; an unknown name is an
    /// error.</summary>
    public ProducerBuilder<TKey, TValue> Bind(IConfiguration section) =>
        Configure((_, options) => SectionReader.ReadProducer(section).ApplyTo(options));

    /// <summary>Serializes keys by this. Without it: by the <see cref="ISerializer{T}"/> among the services, else by the client's own for
    /// the type.</summary>
    public ProducerBuilder<TKey, TValue> WithKeySerializer(Func<IServiceProvider, ISerializer<TKey>> serializer)
    {
        KeySerializer = serializer;
        return this;
    }

    /// <summary>Serializes values by this. Without it: by the <see cref="ISerializer{T}"/> among the services, else by the client's own
    /// for the type.</summary>
    public ProducerBuilder<TKey, TValue> WithValueSerializer(Func<IServiceProvider, ISerializer<TValue>> serializer)
    {
        ValueSerializer = serializer;
        return this;
    }
}
