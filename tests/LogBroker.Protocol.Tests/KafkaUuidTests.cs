namespace LogBroker.Protocol.Tests;

public sealed class KafkaUuidTests
{
    [Fact]
    public void ToText_OfAUuid_IsUrlSafeBase64OfItsNetworkOrder()
    {
        var uuid = Guid.Parse("fbff0000-0000-0000-0000-0000000000ff");

        Assert.Equal("-_8AAAAAAAAAAAAAAAAA_w", KafkaUuid.ToText(uuid));
        Assert.True(KafkaUuid.TryParse("-_8AAAAAAAAAAAAAAAAA_w", out var parsed));
        Assert.Equal(uuid, parsed);
    }

    [Fact]
    public void ToText_OfAnyUuid_IsReadBack()
    {
        var random = new Random(3);
        for (int round = 0; round < 1_000; round++)
        {
            var uuid = KafkaUuid.NewRandom(random);

            Assert.True(KafkaUuid.TryParse(KafkaUuid.ToText(uuid), out var parsed));
            Assert.Equal(uuid, parsed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("+/8AAAAAAAAAAAAAAAAA/w")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA AA")]
    public void TryParse_OfOtherText_IsFalse(string text) => Assert.False(KafkaUuid.TryParse(text, out _));

    [Fact]
    public void NewRandom_NeverStartsWithADashInText()
    {
        var random = new Random(1);
        var uuids = Enumerable.Range(0, 2_000).Select(_ => KafkaUuid.NewRandom(random)).ToList();

        Assert.DoesNotContain(uuids, uuid => KafkaUuid.ToText(uuid)[0] == '-');
        Assert.Distinct(uuids);
        Assert.All(uuids, uuid => Assert.Equal(4, uuid.Version));
    }

    [Fact]
    public void NewRandom_OfTheSameSeed_IsTheSame() =>
        Assert.Equal(KafkaUuid.NewRandom(new Random(7)), KafkaUuid.NewRandom(new Random(7)));
}
