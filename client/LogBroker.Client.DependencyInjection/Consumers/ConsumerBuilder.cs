using LogBroker.Client.DependencyInjection.Configuration;
using LogBroker.Client.DependencyInjection.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection;

/// <summary>How a hosted consumer reads and handles records; see
/// <see cref="LogBrokerBuilder.AddConsumer{THandler, TKey, TValue}(string, string, Action{ConsumerBuilder{TKey, TValue}}?)"/>. Every
/// function gets the host's services.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
public sealed class ConsumerBuilder<TKey, TValue>
{
    private readonly IServiceCollection _services;
    private readonly string _optionsName;

    internal ConsumerBuilder(IServiceCollection services, string optionsName)
    {
        _services = services;
        _optionsName = optionsName;
    }

    internal Func<IServiceProvider, IDeserializer<TKey>?> KeyDeserializer { get; private set; } =
        services => services.GetService<IDeserializer<TKey>>();

    internal Func<IServiceProvider, IDeserializer<TValue>?> ValueDeserializer { get; private set; } =
        services => services.GetService<IDeserializer<TValue>>();

    /// <summary>Changes how records are handled, as in <c>handling => handling with { Parallelism = 16 }</c>. Steps run in the order in
    /// which they were added.</summary>
    public ConsumerBuilder<TKey, TValue> Handle(Func<HandlingOptions, HandlingOptions> change) =>
        Handle((_, options) => change(options));

    /// <inheritdoc cref="Handle(Func{HandlingOptions, HandlingOptions})"/>
    public ConsumerBuilder<TKey, TValue> Handle(Func<IServiceProvider, HandlingOptions, HandlingOptions> change)
    {
        _services.AddStep(_optionsName, change);
        return this;
    }

    /// <summary>Tries a record again after these waits, while what comes after it in its order waits too.</summary>
    public ConsumerBuilder<TKey, TValue> RetryInPlace(params TimeSpan[] delays) =>
        Handle(options => options with { RetryInPlace = delays });

    /// <summary>Tries a record again after these delays by way of retry topics, while the others go on; when that does not help either it
    /// goes to the dead letters.</summary>
    public ConsumerBuilder<TKey, TValue> RetryLater(params TimeSpan[] delays) => Handle(options => options with
    {
        RetryLater = delays,
        Exhausted = options.Exhausted == FailedRecord.Blocks ? FailedRecord.GoesToDeadLetters : options.Exhausted,
    });

    /// <summary>Writes records that fail for good to a dead-letter topic.</summary>
    public ConsumerBuilder<TKey, TValue> DeadLetters() =>
        Handle(options => options with { Exhausted = FailedRecord.GoesToDeadLetters });

    /// <summary>Does not retry on such exceptions: trying again would not help.</summary>
    /// <typeparam name="TException">The exception, or what it derives from.</typeparam>
    public ConsumerBuilder<TKey, TValue> NeverRetry<TException>()
        where TException : Exception => Handle(options =>
        {
            Func<Exception, bool> others = options.IsRetriable ?? (static _ => true);
            return options with { IsRetriable = failure => failure is not TException && others(failure) };
        });

    /// <summary>Changes how records are read, as in <c>options => options with { OffsetReset = OffsetReset.Earliest }</c>. Commits are the
    /// host's business: <see cref="ConsumerOptions.AutoCommit"/> stays on.</summary>
    public ConsumerBuilder<TKey, TValue> Configure(Func<ConsumerOptions, ConsumerOptions> change) =>
        Configure((_, options) => change(options));

    /// <inheritdoc cref="Configure(Func{ConsumerOptions, ConsumerOptions})"/>
    public ConsumerBuilder<TKey, TValue> Configure(Func<IServiceProvider, ConsumerOptions, ConsumerOptions> change)
    {
        _services.AddStep(_optionsName, change);
        return this;
    }

    /// <summary>Takes options from a section of the configuration, by the names of <see cref="ConsumerOptions"/> and
    /// <see cref="HandlingOptions"/>; an unknown name is an error.</summary>
    public ConsumerBuilder<TKey, TValue> Bind(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var read = new Lazy<HostedConsumerSection>(() => SectionReader.ReadConsumer(section));
        return Handle((_, options) => read.Value.ApplyTo(options)).Configure((_, options) => read.Value.ApplyTo(options));
    }

    /// <summary>Deserializes keys by this. Without it: by the <see cref="IDeserializer{T}"/> among the services, else by the client's own
    /// for the type.</summary>
    public ConsumerBuilder<TKey, TValue> WithKeyDeserializer(Func<IServiceProvider, IDeserializer<TKey>> deserializer)
    {
        KeyDeserializer = deserializer;
        return this;
    }

    /// <summary>Deserializes values by this. Without it: by the <see cref="IDeserializer{T}"/> among the services, else by the client's
    /// own for the type.</summary>
    public ConsumerBuilder<TKey, TValue> WithValueDeserializer(Func<IServiceProvider, IDeserializer<TValue>> deserializer)
    {
        ValueDeserializer = deserializer;
        return this;
    }
}
