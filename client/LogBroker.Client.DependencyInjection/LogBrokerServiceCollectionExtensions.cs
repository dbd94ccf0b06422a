using LogBroker.Client.DependencyInjection;
using LogBroker.Client.DependencyInjection.Configuration;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds LogBroker's client to a host's services.</summary>
public static class LogBrokerServiceCollectionExtensions
{
    /// <summary>Adds a client of the cluster that these brokers belong to.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="bootstrapServers">Brokers as <c>host:port</c>, separated by commas.</param>
    /// <returns>For producers and consumers.</returns>
    public static LogBrokerBuilder AddLogBroker(this IServiceCollection services, string bootstrapServers) =>
        services.AddClient(null).Configure(options => options with { BootstrapServers = ServerList.Split(bootstrapServers) });

    /// <summary>Adds a client that is described by a section of the configuration; see <see cref="LogBrokerBuilder.Bind"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">As <c>configuration.GetSection("LogBroker")</c>.</param>
    /// <returns>For producers and consumers.</returns>
    public static LogBrokerBuilder AddLogBroker(this IServiceCollection services, IConfiguration section) =>
        services.AddClient(null).Bind(section);

    /// <summary>Adds a client.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="build">Says which cluster, and what producers and consumers there are.</param>
    public static IServiceCollection AddLogBroker(this IServiceCollection services, Action<LogBrokerBuilder> build)
    {
        build(services.AddClient(null));
        return services;
    }

    /// <summary>Adds a client under a name, for hosts that speak to several clusters: the client and its producers are keyed services of
    /// that name.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Its name, the services' key.</param>
    /// <param name="bootstrapServers">Brokers as <c>host:port</c>, separated by commas.</param>
    /// <returns>For producers and consumers.</returns>
    public static LogBrokerBuilder AddKeyedLogBroker(this IServiceCollection services, string name, string bootstrapServers) =>
        services.AddKeyedClient(name).Configure(options => options with { BootstrapServers = ServerList.Split(bootstrapServers) });

    /// <inheritdoc cref="AddKeyedLogBroker(IServiceCollection, string, string)"/>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Its name, the services' key.</param>
    /// <param name="section">As <c>configuration.GetSection("Clusters:Billing")</c>; see <see cref="LogBrokerBuilder.Bind"/>.</param>
    public static LogBrokerBuilder AddKeyedLogBroker(this IServiceCollection services, string name, IConfiguration section) =>
        services.AddKeyedClient(name).Bind(section);

    /// <summary>Adds a client under a name, for hosts that speak to several clusters: the client and its producers are keyed services of
    /// that name.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Its name, the services' key.</param>
    /// <param name="build">Says which cluster, and what producers and consumers there are.</param>
    public static IServiceCollection AddKeyedLogBroker(
        this IServiceCollection services, string name, Action<LogBrokerBuilder> build)
    {
        build(services.AddKeyedClient(name));
        return services;
    }

    private static LogBrokerBuilder AddKeyedClient(this IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return services.AddClient(name);
    }

    private static LogBrokerBuilder AddClient(this IServiceCollection services, string? name)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new LogBrokerBuilder(services, name);
    }
}
