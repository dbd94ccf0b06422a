using System.Collections.Immutable;
using LogBroker.Metadata.Configs;
using LogBroker.Protocol.Records;

namespace LogBroker.Metadata.Tests.Configs;

public sealed class ConfigSchemaTests
{
    public static TheoryData<string> Scopes => ["topic", "group", "broker"];

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Definitions_Defaults_AreValidAndInNormalForm(string scope)
    {
        var schema = scope == "topic" ? TopicConfigs.Schema : scope == "group" ? GroupConfigs.Schema : BrokerConfigs.Schema;

        Assert.All(schema.Definitions.Where(definition => definition.Default is not null), definition =>
            Assert.Equal(new ConfigValidationResult(definition.Default!, null),
                ConfigValidation.Check(definition, definition.Default!)));
    }

    [Fact]
    public void Definitions_Synonyms_AreBrokerSettings()
    {
        var synonyms = TopicConfigs.Schema.Definitions.SelectMany(definition => definition.Synonyms);

        Assert.All(synonyms, name => Assert.True(BrokerConfigs.Schema.TryGet(name, out _), name));
    }

    [Fact]
    public void Definitions_Honoured_AreDocumented() => Assert.All(
        BrokerConfigs.Schema.Definitions.Concat(TopicConfigs.Schema.Definitions).Where(definition => definition.IsHonoured),
        definition => Assert.NotNull(definition.Documentation));

    [Theory]
    [InlineData("log.dir", "log.dir")]
    [InlineData("lgo.dirs", "log.dirs")]
    [InlineData("log.retention.sm", "log.retention.ms")]
    [InlineData("Listeners", "listeners")]
    [InlineData("auto.create.topic.enable", "auto.create.topics.enable")]
    [InlineData("http.listener", "http.listeners")]
    [InlineData("nothing.like.it.at.all", null)]
    public void NearestTo_Misspelt_IsFound(string name, string? nearest) =>
        Assert.Equal(nearest, BrokerConfigs.Schema.NearestTo(name));

    [Fact]
    public void CheckStatic_UnknownAndInvalid_NamesEach()
    {
        var errors = BrokerConfigs.CheckStatic(new Dictionary<string, string>
        {
            ["num.partition"] = "3",
            ["num.partitions"] = "0",
            ["xyzzy.plugh.and.more"] = "1",
            ["listener.name.external.ssl.keystore.location"] = "/x",
            ["listener.name.external.sasl.login.refresh.buffer.seconds"] = "x",
        });

        Assert.Equal(
            [
                "Invalid value 0 for configuration num.partitions: Value must be at least 1",
                "Invalid value x for configuration listener.name.external.sasl.login.refresh.buffer.seconds: " +
                    "Not a number of type SHORT",
                "Unknown setting num.partition. Did you mean num.partitions?",
                "Unknown setting xyzzy.plugh.and.more.",
            ],
            errors.Select(error => error.Message).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TopicSettings_Defaults_AreKafkas()
    {
        var settings = TopicSettings.Resolve(BrokerConfigLayers.Defaults, ImmutableDictionary<string, string>.Empty);

        Assert.True(settings.IsDeletedByRetention);
        Assert.False(settings.IsCompacted);
        Assert.Null(settings.CompressionType);
        Assert.Equal(1048588, settings.MaxMessageBytes);
        Assert.Equal(TimeSpan.FromDays(7), settings.RetentionTime);
        Assert.Null(settings.RetentionBytes);
        Assert.Equal(1 << 30, settings.SegmentBytes);
        Assert.Equal(TimeSpan.MaxValue, settings.FlushInterval);
        Assert.Equal(TimeSpan.FromDays(7), settings.SegmentAge);
        Assert.Equal(TimestampType.CreateTime, settings.MessageTimestampType);
    }

    [Fact]
    public void TopicSettings_Layers_OverruleEachOther()
    {
        var broker = new BrokerConfigLayers
        {
            Static = Map("log.retention.hours=2;log.roll.ms=9;compression.type=lz4;log.segment.bytes=2000000"),
            DynamicDefault = Map("compression.type=gzip;log.segment.bytes=3000000"),
            Dynamic = Map("compression.type=zstd"),
        };

        var settings = TopicSettings.Resolve(
            broker, Map("cleanup.policy= compact ,delete;retention.bytes=10;flush.ms=9223372036854775806"));

        Assert.Equal(TimeSpan.FromHours(2), settings.RetentionTime);
        Assert.Equal(TimeSpan.FromMilliseconds(9), settings.SegmentAge);
        Assert.Equal(CompressionType.Zstd, settings.CompressionType);
        Assert.Equal(3_000_000, settings.SegmentBytes);
        Assert.True(settings is { IsCompacted: true, IsDeletedByRetention: true, RetentionBytes: 10 });
        Assert.Equal(TimeSpan.MaxValue, settings.FlushInterval);
    }

    [Fact]
    public void TopicSettings_UnlimitedAndInternal_AreRead()
    {
        var settings = TopicSettings.Resolve(
            BrokerConfigLayers.Defaults, Map("retention.ms=-1;internal.segment.bytes=100;retention.bytes=-5"));

        Assert.Null(settings.RetentionTime);
        Assert.Null(settings.RetentionBytes);
        Assert.Equal(100, settings.SegmentBytes);
    }

    [Fact]
    public void BrokerLayers_UnreadableStoredValue_CountsAsNotSet()
    {
        var broker = new BrokerConfigLayers
        {
            Static = Map("compression.type=lz4"),
            Dynamic = Map("compression.type=brotli"),
        };

        Assert.Equal("lz4", broker.Value("compression.type"));
    }

    private static ImmutableDictionary<string, string> Map(string text) => text
        .Split(';')
        .Select(pair => pair.Split('=', 2))
        .ToImmutableDictionary(pair => pair[0], pair => pair[1]);
}
