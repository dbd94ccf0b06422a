using System.Diagnostics.CodeAnalysis;
using LogBroker.Client.DependencyInjection.Configuration;
using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Client.DependencyInjection.Consumers.Running;
using LogBroker.Client.DependencyInjection.Health;
using LogBroker.Client.DependencyInjection.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection;

/// <summary>One client of a host, with its producers and consumers. The client and each producer are singletons, made when they are
/// first asked for and closed by the host; all options are checked when the host starts.</summary>
public sealed class LogBrokerBuilder
{
    private readonly string _optionsName;

    internal LogBrokerBuilder(IServiceCollection services, string? name)
    {
        Services = services;
        Name = name;
        _optionsName = name ?? "";
        if (services.Any(service => service.ServiceType == typeof(LogBrokerClient) && Equals(service.ServiceKey, name)))
        {
            string twice = name is null ? "AddLogBroker was" : $"AddKeyedLogBroker(\"{name}\") was";
            throw new InvalidOperationException($"{twice} called before: give each client a name of its own with AddKeyedLogBroker.");
        }
        services.AddStepwiseOptions<ClientOptions>(_optionsName, static options => options.Validate());
        services.AddStep<ClientOptions>(_optionsName, FromHost);
        services.AddSingleton(new ClientRegistration(name));
        services.AddKeyedSingleton(name, (provider, _) => new LogBrokerClient(provider.OptionsOf<ClientOptions>(_optionsName)));
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The key of the client and its producers among the services; null when they have none.</summary>
    public string? Name { get; }

    /// <summary>Changes the options, as in <c>options => options with { ClientId = "orders" }</c>. Steps run in the order in which they
    /// were added.</summary>
    public LogBrokerBuilder Configure(Func<ClientOptions, ClientOptions> change) => Configure((_, options) => change(options));

    /// <inheritdoc cref="Configure(Func{ClientOptions, ClientOptions})"/>
    public LogBrokerBuilder Configure(Func<IServiceProvider, ClientOptions, ClientOptions> change)
    {
        Services.AddStep(_optionsName, change);
        return this;
    }

    /// <summary>Takes options from a section of the configuration, by the names of <see cref="ClientOptions"/>. <c>Tls</c> names files
    /// in PEM, <c>Sasl</c> a mechanism and what it needs; <c>Producer</c> is for all producers of the client, those that write retries and dead letters too, <c>Consumer</c> for all
    /// hosted consumers and <c>Consumers</c> for those of a group. An unknown name is an error, but that of a
    /// group that nobody reads for. It is read once, when the options are
    /// first needed.</summary>
    public LogBrokerBuilder Bind(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var read = new Lazy<ClientSection>(() => SectionReader.ReadClient(section));
        Services.AddSingleton(new ClientDefaults(_optionsName, read));
        return Configure((_, options) => read.Value.ApplyTo(options));
    }

    /// <summary>Adds a producer: <see cref="Producer{TKey, TValue}"/> among the services.</summary>
    /// <typeparam name="TKey">The keys' type.</typeparam>
    /// <typeparam name="TValue">The values' type.</typeparam>
    /// <param name="build">Its options and serializers; null takes the defaults.</param>
    /// <param name="key">The service's key, when there are several for the same types; null is that of the client.</param>
    public LogBrokerBuilder AddProducer<TKey, TValue>(
        Action<ProducerBuilder<TKey, TValue>>? build = null, string? key = null)
    {
        ProducerBuilder<TKey, TValue> builder = BuilderOf(
            $"Producer<{typeof(TKey).Name}, {typeof(TValue).Name}> {key}".TrimEnd(), build);
        Services.AddKeyedSingleton(key ?? Name, (services, _) => ClientOf(services).CreateProducer(
            builder.OptionsOf(services), builder.KeySerializer(services), builder.ValueSerializer(services)));
        return this;
    }

    /// <summary>Adds a producer that writes in transactions: <see cref="TransactionalProducer{TKey, TValue}"/> among the services.</summary>
    /// <typeparam name="TKey">The keys' type.</typeparam>
    /// <typeparam name="TValue">The values' type.</typeparam>
    /// <param name="transactionalId">The stream of transactions: the same after a restart, another for each instance of the host that
    /// works at the same time.</param>
    /// <param name="build">Its options and serializers; null takes the defaults.</param>
    /// <param name="key">The service's key, when there are several for the same types; null is that of the client.</param>
    public LogBrokerBuilder AddTransactionalProducer<TKey, TValue>(
        Func<IServiceProvider, string> transactionalId, Action<ProducerBuilder<TKey, TValue>>? build = null, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(transactionalId);
        ProducerBuilder<TKey, TValue> builder = BuilderOf(
            $"TransactionalProducer<{typeof(TKey).Name}, {typeof(TValue).Name}> {key}".TrimEnd(), build);
        Services.AddKeyedSingleton(key ?? Name, (services, _) => ClientOf(services).CreateTransactionalProducer(
            transactionalId(services), builder.OptionsOf(services), builder.KeySerializer(services), builder.ValueSerializer(services)));
        return this;
    }

    /// <summary>Adds a consumer that runs with the host and gives each record to a handler in a scope of its own. Without a committed
    /// offset it starts at the beginning of the topic, so that nothing is missed (see
    /// <see cref="ConsumerBuilder{TKey, TValue}.Configure(Func{ConsumerOptions, ConsumerOptions})"/>).</summary>
    /// <typeparam name="THandler">The handler; registered as a scoped service unless it is there already.</typeparam>
    /// <typeparam name="TKey">The keys' type.</typeparam>
    /// <typeparam name="TValue">The values' type.</typeparam>
    /// <param name="topic">What is read.</param>
    /// <param name="group">The group whose members share the topic's partitions.</param>
    /// <param name="build">How it is read and handled; null takes the defaults, by which a record that fails blocks those after it.</param>
    public LogBrokerBuilder AddConsumer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TKey, TValue>(
        string topic, string group, Action<ConsumerBuilder<TKey, TValue>>? build = null)
        where THandler : class, IRecordHandler<TKey, TValue> =>
        AddConsumer<THandler, TKey, TValue>([topic], group, build);

    /// <inheritdoc cref="AddConsumer{THandler, TKey, TValue}(string, string, Action{ConsumerBuilder{TKey, TValue}}?)"/>
    /// <param name="topics">What is read; empty leaves it to the configuration.</param>
    /// <param name="group">The group whose members share the topics' partitions.</param>
    /// <param name="build">How they are read and handled; null takes the defaults, by which a record that fails blocks those after
    /// it.</param>
    public LogBrokerBuilder AddConsumer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TKey, TValue>(
        IReadOnlyList<string> topics, string group, Action<ConsumerBuilder<TKey, TValue>>? build = null)
        where THandler : class, IRecordHandler<TKey, TValue> =>
        AddHosted<THandler, TKey, TValue>(
            topics, group, build, ProcessingOrder.ByKey, static scopes => new HandlerCall<TKey, TValue>(
                scopes,
                takesBatches: false,
                static (services, records, cancellationToken) =>
                    services.GetRequiredService<THandler>().HandleAsync(records[0], cancellationToken)));

    /// <summary>Adds a consumer that runs with the host and gives records to a handler in batches, each in a scope of its own; for the rest as
    /// <see cref="AddConsumer{THandler, TKey, TValue}(string, string, Action{ConsumerBuilder{TKey, TValue}}?)"/>. Batches are made by partition
    /// unless told otherwise.</summary>
    /// <inheritdoc cref="AddConsumer{THandler, TKey, TValue}(string, string, Action{ConsumerBuilder{TKey, TValue}}?)"/>
    public LogBrokerBuilder AddBatchConsumer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TKey, TValue>(
        string topic, string group, Action<ConsumerBuilder<TKey, TValue>>? build = null)
        where THandler : class, IBatchHandler<TKey, TValue> =>
        AddBatchConsumer<THandler, TKey, TValue>([topic], group, build);

    /// <inheritdoc cref="AddBatchConsumer{THandler, TKey, TValue}(string, string, Action{ConsumerBuilder{TKey, TValue}}?)"/>
    /// <param name="topics">What is read; empty leaves it to the configuration.</param>
    /// <param name="group">The group whose members share the topics' partitions.</param>
    /// <param name="build">How they are read and handled; null takes the defaults, by which a record that fails blocks those after
    /// it.</param>
    public LogBrokerBuilder AddBatchConsumer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TKey, TValue>(
        IReadOnlyList<string> topics, string group, Action<ConsumerBuilder<TKey, TValue>>? build = null)
        where THandler : class, IBatchHandler<TKey, TValue> =>
        AddHosted<THandler, TKey, TValue>(
            topics, group, build, ProcessingOrder.ByPartition, static scopes => new HandlerCall<TKey, TValue>(
                scopes,
                takesBatches: true,
                static (services, records, cancellationToken) =>
                    services.GetRequiredService<THandler>().HandleAsync(records, cancellationToken)));

    internal LogBrokerClient ClientOf(IServiceProvider services) => services.GetRequiredKeyedService<LogBrokerClient>(Name);

    /// <summary>The name of the options of something that belongs to this client.</summary>
    internal string ChildName(string child) => Name is null ? child : $"{Name}: {child}";

    /// <summary>What sections say for all that belongs to this client.</summary>
    internal IEnumerable<ClientSection> Defaults(IServiceProvider services) =>
        services.GetServices<ClientDefaults>().Where(defaults => defaults.OptionsName == _optionsName)
            .Select(defaults => defaults.Section.Value);

    /// <summary>What sections say for all producers of this client.</summary>
    internal ProducerOptions ProducerDefaults(IServiceProvider services, ProducerOptions options) =>
        Defaults(services).Aggregate(options, (options, section) => section.Producer?.ApplyTo(options) ?? options);

    private LogBrokerBuilder AddHosted<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TKey, TValue>(
        IReadOnlyList<string> topics,
        string group,
        Action<ConsumerBuilder<TKey, TValue>>? build,
        ProcessingOrder order,
        Func<IServiceScopeFactory, HandlerCall<TKey, TValue>> callOf)
        where THandler : class
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        string name = ChildName(topics.Count == 0 ? $"Consumer {group}" : $"Consumer {group} of {string.Join(", ", topics)}");
        new HostedConsumerRegistration<THandler, TKey, TValue>(this, name, group, callOf).Add(topics, order, build);
        return this;
    }

    /// <summary>A producer's options: those of the client's sections, then what <paramref name="build"/> says.</summary>
    private ProducerBuilder<TKey, TValue> BuilderOf<TKey, TValue>(string producer, Action<ProducerBuilder<TKey, TValue>>? build)
    {
        string name = ChildName(producer);
        Services.AddStepwiseOptions<ProducerOptions>(name, static options => options.Validate());
        Services.AddStep<ProducerOptions>(name, ProducerDefaults);
        var builder = new ProducerBuilder<TKey, TValue>(Services, name);
        build?.Invoke(builder);
        return builder;
    }

    /// <summary>The client is the host's: its log, its clock, its name.</summary>
    private static ClientOptions FromHost(IServiceProvider services, ClientOptions options) => options with
    {
        LoggerFactory = services.GetService<ILoggerFactory>() ?? options.LoggerFactory,
        TimeProvider = services.GetService<TimeProvider>() ?? options.TimeProvider,
        ClientId = services.GetService<IHostEnvironment>()?.ApplicationName ?? options.ClientId,
    };
}
