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

    [Fact]
    public void Validate_WithTheLongestTimes_Passes()
    {
        var longest = TimeSpan.FromMilliseconds(int.MaxValue);

        (New() with { RequestTimeout = longest, MetadataAgeMax = longest, ApiTimeout = longest }).Validate();
    }

    private static ClientOptions New() => new() { BootstrapServers = ["localhost:9092"] };
}
