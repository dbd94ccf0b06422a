using LogBroker.Server.Hosting;

namespace LogBroker.Server.Connections;

/// <summary>What all connections of the Kafka protocol share.</summary>
internal sealed record ConnectionServices(
    ConnectionOptions Options,
    RequestMemory Memory,
    AnswerMemory Answers,
    LimitReports Limits,
    RequestMetrics Metrics,
    TrafficMetrics Traffic,
    RequestFailures Failures,
    ILogger<KafkaConnection> Logger,
    IRequestInterceptor? Interceptor = null);
