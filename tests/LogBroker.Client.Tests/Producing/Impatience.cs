namespace LogBroker.Client.Tests.Producing;

/// <summary>Options of a client that tries again at once, for tests in which brokers go away.</summary>
internal static class Impatience
{
    public static ClientOptions Of(ClientOptions options) => options with
    {
        RetryBackoff = TimeSpan.FromMilliseconds(5),
        RetryBackoffMax = TimeSpan.FromMilliseconds(50),
        ReconnectBackoff = TimeSpan.FromMilliseconds(5),
        ReconnectBackoffMax = TimeSpan.FromMilliseconds(50),
        RequestTimeout = TimeSpan.FromSeconds(2),
    };
}
