using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Tests;

/// <summary>The messages were read off Apache Kafka 4.3.1's answers.</summary>
public sealed class CatalogueConfigTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(2, "nope", 3, "The topic 'nope' does not exist.")]
    [InlineData(2, "", 42, "Default topic resources are not allowed.")]
    [InlineData(2, "a b", 17,
        "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData(32, "", 42, "Default group resources are not allowed.")]
    [InlineData(4, "7", 42, "Unexpected broker id, expected 1, but received 7")]
    [InlineData(4, "-1", 42, "Unexpected broker id, expected 1, but received -1")]
    [InlineData(4, "x", 42, "Node id must be an integer, but it is: x")]
    [InlineData(0, "x", 42, "Unknown resource type 0")]
    [InlineData(8, "1", 42, "Unknown resource type 8")]
    public async Task Alter_BadResource_IsRefused(sbyte type, string name, short error, string message)
    {
        await using var host = await CatalogueHost.StartAsync();
        var resource = new ConfigResource((ConfigResourceType)type, name);

        Assert.Equal(new CommandError((ErrorCode)error, message), await AlterAsync(host, resource, "retention.ms", "5"));
        Assert.Equal(new CommandError((ErrorCode)error, message),
            await host.Catalogue.SetConfigsAsync(resource, [], false, None));
    }

    [Fact]
    public async Task Alter_Topic_IsInTheImageAndItsSettingsWhenItReturns()
    {
        await using var host = await CatalogueHost.StartAsync();
        await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "t" }, None);
        var topic = ConfigResource.Topic("t");

        Assert.Null(await AlterAsync(host, topic, "retention.ms", "5"));
        Assert.Null(await AlterAsync(host, topic, "segment.ms", "6"));
        Assert.Equal(new CommandError(ErrorCode.InvalidConfig, "Unknown topic config name: foo"),
            await AlterAsync(host, topic, "foo", "5"));
        Assert.Null(await host.Catalogue.AlterConfigsAsync(
            topic, [new("retention.ms", AlterConfigOperationType.Set, "77")], validateOnly: true, None));

        var settings = host.Catalogue.SettingsOf("t", host.Catalogue.Image);
        Assert.Equal(TimeSpan.FromMilliseconds(5), settings.RetentionTime);
        Assert.Equal(TimeSpan.FromMilliseconds(6), settings.SegmentAge);
        Assert.Null(await host.Catalogue.SetConfigsAsync(topic, [], false, None));
        Assert.Empty(host.Catalogue.Image.ConfigsOf(topic));
        Assert.Empty(host.Catalogue.Image.ConfiguredResources);
    }

    [Fact]
    public async Task Alter_BrokerAndClusterDefault_ReachTheTopics()
    {
        await using var host = await CatalogueHost.StartAsync("compression.type=gzip");
        await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "t" }, None);

        Assert.Null(await AlterAsync(host, ConfigResource.ClusterDefault, "log.segment.bytes", "2000000"));
        Assert.Null(await AlterAsync(host, new ConfigResource(ConfigResourceType.Broker, "+01"), "log.roll.ms", "9"));

        var settings = host.Catalogue.SettingsOf("t", host.Catalogue.Image);
        Assert.Equal(2_000_000, settings.SegmentBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(9), settings.SegmentAge);
        Assert.Equal("gzip", host.Catalogue.BrokerConfig.Value("compression.type"));
        Assert.Equal("9", host.Catalogue.Image.ConfigsOf(ConfigResource.Broker(1))["log.roll.ms"]);
    }

    [Fact]
    public async Task Alter_GroupThatDoesNotExist_IsKept()
    {
        await using var host = await CatalogueHost.StartAsync();
        var group = ConfigResource.Group("no such/group ü");

        Assert.Null(await AlterAsync(host, group, "consumer.session.timeout.ms", "50000"));

        Assert.Equal("50000", host.Catalogue.Image.ConfigsOf(group)["consumer.session.timeout.ms"]);
        Assert.Equal(ErrorCode.InvalidGroupId,
            (await AlterAsync(host, ConfigResource.Group(new string('g', 2000)), "x", "1"))!.Code);
    }

    [Fact]
    public async Task Alter_Concurrently_LosesNone()
    {
        await using var host = await CatalogueHost.StartAsync();
        await host.Catalogue.CreateTopicAsync(new NewTopic { Name = "t" }, None);
        string[] names = ["retention.ms", "segment.ms", "flush.ms", "retention.bytes", "max.message.bytes", "segment.jitter.ms"];

        var errors = await Task.WhenAll(names.Select(name => Task.Run(() => AlterAsync(host, ConfigResource.Topic("t"), name, "5"))));

        Assert.All(errors, Assert.Null);
        Assert.Equal(names.Order(), host.Catalogue.Image.ConfigsOf(ConfigResource.Topic("t")).Keys.Order());
    }

    private static Task<CommandError?> AlterAsync(CatalogueHost host, ConfigResource resource, string name, string value) =>
        host.Catalogue.AlterConfigsAsync(
            resource, [new(name, AlterConfigOperationType.Set, value)], validateOnly: false, None);
}
