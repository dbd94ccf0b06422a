using LogBroker.Client.DependencyInjection.Consumers.Failures;
using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Client.DependencyInjection.Consumers.Reading;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>What a hosted consumer is made of.</summary>
internal sealed record HostedConsumerParts<TKey, TValue>(
    HandlingContext Context,
    ConsumerOptions ConsumerOptions,
    RecordFormat<TKey, TValue> Format,
    HandlerCall<TKey, TValue> Call,
    FailureProducer FailureProducer);
