using Microsoft.Extensions.Configuration;

namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>Reads sections by generated code. A name that is not known is an error: it is misspelt, and would be missed silently.</summary>
internal static class SectionReader
{
    /// <exception cref="InvalidOperationException">A name is unknown, or a value is not what the name wants.</exception>
    public static ClientSection ReadClient(IConfiguration section)
    {
        var client = new ClientSection();
        section.Bind(client, static binding => binding.ErrorOnUnknownConfiguration = true);
        client.BootstrapServers ??= Joined(section.GetSection(nameof(ClientSection.BootstrapServers)));
        return client;
    }

    /// <inheritdoc cref="ReadClient"/>
    public static ProducerSection ReadProducer(IConfiguration section)
    {
        var producer = new ProducerSection();
        section.Bind(producer, static binding => binding.ErrorOnUnknownConfiguration = true);
        return producer;
    }

    /// <inheritdoc cref="ReadClient"/>
    public static HostedConsumerSection ReadConsumer(IConfiguration section)
    {
        var consumer = new HostedConsumerSection();
        section.Bind(consumer, static binding => binding.ErrorOnUnknownConfiguration = true);
        return consumer;
    }

    /// <summary>Brokers may be written as a list as well.</summary>
    private static string? Joined(IConfigurationSection list)
    {
        string[] items = [.. list.GetChildren().Select(item => item.Value).OfType<string>()];
        return items.Length == 0 ? null : string.Join(',', items);
    }
}
