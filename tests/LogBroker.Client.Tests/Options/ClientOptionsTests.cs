namespace LogBroker.Client.Tests.Options;

/// <summary>What options are refused, and how that is told.</summary>
public sealed class ClientOptionsTests
{
    public static TheoryData<string, ClientOptions> TooLong => new()
    {
        { nameof(ClientOptions.RequestTimeout), New() with { RequestTimeout = TimeSpan.MaxValue } },
        { nameof(ClientOptions.ApiTimeout), New() with { ApiTimeout = TimeSpan.FromDays(60) } },
        { nameof(ClientOptions.MetadataAgeMax), New() with { MetadataAgeMax = TimeSpan.FromDays(60) } },
        { nameof(ClientOptions.TopicPropagationMax), New() with { TopicPropagationMax = TimeSpan.MaxValue } },
        { nameof(ClientOptions.RetryBackoff), New() with { RetryBackoff = TimeSpan.MaxValue, RetryBackoffMax = TimeSpan.MaxValue } },
        { "ReconnectBackoffMax", New() with { ReconnectBackoffMax = TimeSpan.MaxValue } },
    };

    [Theory]
    [MemberData(nameof(TooLong))]
    public void Validate_WithATimeNoTimerTakes_NamesTheOption(string option, ClientOptions options)
    {
        var failure = Assert.Throws<ClientOptionsException>(options.Validate);

        Assert.StartsWith(option, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:9092", "localhost", 9092)]
    [InlineData("SASL_SSL://broker.example:1", "broker.example", 1)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void TryParseServer_OfAnAddress_TellsHostAndPort(string server, string host, int port)
    {
        Assert.True(ClientOptions.TryParseServer(server, out System.Net.DnsEndPoint? address));

        Assert.Equal((host, port), (address.Host, address.Port));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:0")]
    [InlineData("::1:9092")]
    [InlineData(null)]
    public void TryParseServer_OfAnythingElse_IsFalse(string? server) => Assert.False(ClientOptions.TryParseServer(server, out _));

    [Fact]
    public void Validate_WithTheLongestTimes_Passes()
    {
        var longest = TimeSpan.FromMilliseconds(int.MaxValue);

        (New() with { RequestTimeout = longest, MetadataAgeMax = longest, ApiTimeout = longest }).Validate();
    }

    private static ClientOptions New() => new() { BootstrapServers = ["localhost:9092"] };
}
