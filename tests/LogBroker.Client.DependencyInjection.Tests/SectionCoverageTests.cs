using LogBroker.Client.DependencyInjection.Configuration;

namespace LogBroker.Client.DependencyInjection.Tests;

/// <summary>Sections know every option that can be written in a file.</summary>
public sealed class SectionCoverageTests
{
    [Theory]
    [InlineData(typeof(ClientOptions), typeof(ClientSection), "LoggerFactory", "TimeProvider")]
    [InlineData(typeof(TlsOptions), typeof(TlsSection), "CertificateValidation")]
    [InlineData(typeof(ProducerOptions), typeof(ProducerSection), "Partitioner")]
    [InlineData(typeof(ConsumerOptions), typeof(ConsumerSection), "AutoCommit", "RebalanceListener")]
    [InlineData(typeof(HandlingOptions), typeof(HostedConsumerSection), "IsRetriable")]
    public void Section_HasAllOptions(Type options, Type section, params string[] code)
    {
        IEnumerable<string> missing = options.GetProperties().Select(property => property.Name)
            .Except(section.GetProperties().Select(property => property.Name)).Order();

        Assert.Equal(code.Order(), missing);
    }
}
