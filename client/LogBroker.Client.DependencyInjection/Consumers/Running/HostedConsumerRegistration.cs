using System.Diagnostics.CodeAnalysis;
using LogBroker.Client.DependencyInjection.Configuration;
using LogBroker.Client.DependencyInjection.Consumers.Failures;
using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Client.DependencyInjection.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>Puts a hosted consumer, its options and its status among the services.</summary>
internal sealed class HostedConsumerRegistration<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TKey, TValue>(
    LogBrokerBuilder client, string name, string group, Func<IServiceScopeFactory, HandlerCall<TKey, TValue>> callOf)
    where THandler : class
{
    /// <exception cref="InvalidOperationException">The same topics are read for the same group already.</exception>
    public void Add(IReadOnlyList<string> topics, ProcessingOrder order, Action<ConsumerBuilder<TKey, TValue>>? build)
    {
        IServiceCollection services = client.Services;
        if (services.Any(service => service.ServiceType == typeof(ConsumerStatus) && Equals(service.ServiceKey, name)))
            throw new InvalidOperationException($"{name} was added before: one handler for the same topics and group.");
        services.AddStepwiseOptions<ConsumerOptions>(name, static options => options.Validate());
        services.AddStepwiseOptions<HandlingOptions>(name, static options => options.Validate());
        services.AddStep<ConsumerOptions>(name, static (_, options) => options with { OffsetReset = OffsetReset.Earliest });
        services.AddStep<ConsumerOptions>(name, (provider, options) => SectionsOf(provider).Aggregate(
            options, static (options, section) => section.ApplyTo(options)));
        services.AddStep<HandlingOptions>(name, (_, options) => options with { Topics = topics, Order = order });
        services.AddStep<HandlingOptions>(name, (provider, options) => SectionsOf(provider).OfType<HostedConsumerSection>().Aggregate(
            options, static (options, section) => section.ApplyTo(options)));
        var builder = new ConsumerBuilder<TKey, TValue>(services, name);
        build?.Invoke(builder);

        services.TryAddScoped<THandler>();
        services.TryAddKeyedSingleton(client.Name, (provider, _) => new FailureProducer(
            client.ClientOf(provider), client.ProducerDefaults(provider, new ProducerOptions())));
        services.AddKeyedSingleton(name, (provider, _) => new ConsumerStatus(name, group, client.Name, TimeOf(provider)));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<ConsumerStatus>(name));
        services.AddSingleton<IHostedService>(
            provider => new HostedConsumer<TKey, TValue>(client.ClientOf(provider), PartsOf(provider, builder)));
    }

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    /// <summary>What the client's sections say: for all its consumers first, then for this group's.</summary>
    private IEnumerable<ConsumerSection> SectionsOf(IServiceProvider services)
    {
        foreach (ClientSection section in client.Defaults(services))
        {
            if (section.Consumer is { } all) yield return all;
            // Configurations do not tell names apart by case.
            foreach (var (id, own) in section.Consumers ?? [])
            {
                if (string.Equals(id, group, StringComparison.OrdinalIgnoreCase)) yield return own;
            }
        }
    }

    private HostedConsumerParts<TKey, TValue> PartsOf(IServiceProvider services, ConsumerBuilder<TKey, TValue> builder)
    {
        var context = new HandlingContext(
            group,
            services.OptionsOf<HandlingOptions>(name),
            TimeOf(services),
            services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HostedConsumer<,>).FullName!),
            services.GetRequiredKeyedService<ConsumerStatus>(name));
        var format = new RecordFormat<TKey, TValue>(
            builder.KeyDeserializer(services) ?? Deserializers.For<TKey>(),
            builder.ValueDeserializer(services) ?? Deserializers.For<TValue>());
        // Only what is handled is committed, which is what automatic commits do here.
        ConsumerOptions options = services.OptionsOf<ConsumerOptions>(name) with { AutoCommit = true };
        RequirePatience(context.Options, options);
        return new HostedConsumerParts<TKey, TValue>(
            context,
            options,
            format,
            callOf(services.GetRequiredService<IServiceScopeFactory>()),
            services.GetRequiredKeyedService<FailureProducer>(client.Name));
    }

    /// <exception cref="ClientOptionsException">Waiting for a retry in place would cost the consumer its place in the group.</exception>
    private static void RequirePatience(HandlingOptions handling, ConsumerOptions consumer)
    {
        var waits = TimeSpan.FromTicks(handling.RetryInPlace.Sum(delay => delay.Ticks));
        if (waits < consumer.MaxPollInterval) return;
        throw new ClientOptionsException(
            $"RetryInPlace waits {waits} in all, and MaxPollInterval is {consumer.MaxPollInterval}: the group would go on without this " +
            "consumer meanwhile. Use RetryLater for long delays, or raise MaxPollInterval.");
    }
}
