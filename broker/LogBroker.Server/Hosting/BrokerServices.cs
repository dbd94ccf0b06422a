using LogBroker.Server.Connections;
using Microsoft.AspNetCore.Connections;

namespace LogBroker.Server.Hosting;

/// <summary>Where the rooms of the broker are put together.</summary>
public static class BrokerServices
{
    /// <summary>Registers everything between the sockets and the disk: the connection handler of the Kafka protocol and
    /// the <see cref="IBrokerLifecycle"/> behind it.</summary>
    public static IServiceCollection AddLogBroker(this IServiceCollection services, BrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<TrafficMetrics>();
        services.AddSingleton<RequestFailures>();
        services.AddSingleton<StorageMetrics>();
        services.AddSingleton<GroupMetrics>();
        services.AddSingleton<BrokerMetrics>();
        services.AddSingleton(provider =>
        {
            var memory = new RequestMemory(options.Connections.QueuedBytesMax, provider.GetRequiredService<LimitReports>());
            provider.GetRequiredService<HostMetrics>().ShowRequestMemory(() => memory.TakenBytes);
            return memory;
        });
        services.AddSingleton(provider =>
        {
            var memory = new AnswerMemory(options.Connections.QueuedAnswerBytesMax, provider.GetRequiredService<LimitReports>());
            provider.GetRequiredService<HostMetrics>().ShowAnswerMemory(() => memory.TakenBytes);
            return memory;
        });
        services.AddSingleton<ConnectionServices>();
        services.AddSingleton<BrokerLifecycle>();
        services.AddSingleton<IBrokerLifecycle>(provider => provider.GetRequiredService<BrokerLifecycle>());
        services.AddSingleton<ConnectionHandler, KafkaConnectionHandler>();
        return services;
    }
}
