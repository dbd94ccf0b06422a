using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Generator.Schema;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Tests.Messages;

public sealed class ApiCatalogTests
{
    [Fact]
    public void All_AreInOrderOfTheirKeysAndFoundByThem()
    {
        Assert.Equal(ApiCatalog.All.OrderBy(api => api.Key), ApiCatalog.All);
        Assert.All(ApiCatalog.All, api => Assert.Same(api, ApiCatalog.All.Single(other => other.Key == api.Key)));
        Assert.All(ApiCatalog.All, api => Assert.Equal(api, ApiCatalog.Find(api.Key)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(93)]
    [InlineData(-1)]
    [InlineData(short.MaxValue)]
    public void Find_OfAKeyNotDeclared_IsNull(short key) => Assert.Null(ApiCatalog.Find((ApiKey)key));

    /// <summary>The ranges of Apache Kafka 4.3.1, where a client breaks if they are not so.</summary>
    [Theory]
    [InlineData(ApiKey.Produce, 3, 13, 9)]
    [InlineData(ApiKey.Fetch, 4, 18, 12)]
    [InlineData(ApiKey.ListOffsets, 1, 11, 6)]
    [InlineData(ApiKey.Metadata, 0, 13, 9)]
    [InlineData(ApiKey.ApiVersions, 0, 4, 3)]
    [InlineData(ApiKey.SaslHandshake, 0, 1, short.MaxValue)]
    [InlineData(ApiKey.ListGroups, 0, 5, 3)]
    [InlineData(ApiKey.ConsumerGroupHeartbeat, 0, 1, 0)]
    [InlineData(ApiKey.ShareFetch, 1, 2, 1)]
    [InlineData(ApiKey.AddPartitionsToTxn, 0, 5, 3)]
    public void Find_OfAnApi_HasKafkasVersions(ApiKey key, short lowest, short highest, short firstFlexible)
    {
        var api = ApiCatalog.Find(key)!;

        Assert.Equal(new VersionRange(lowest, highest), api.Versions);
        Assert.Equal(firstFlexible, api.FirstFlexibleVersion);
        Assert.Equal(key.ToString(), api.Name);
    }

    [Fact]
    public void Find_OfInitProducerId_KnowsThatVersion6IsNotFinal()
    {
        var api = ApiCatalog.Find(ApiKey.InitProducerId)!;

        Assert.Equal(new VersionRange(0, 6), api.Versions);
        Assert.Equal(new VersionRange(0, 5), api.StableVersions);
    }

    [Fact]
    public void Keys_InTheSchemaFiles_AreThoseOfTheEnum()
    {
        var declared = MessageShape.All.Select(shape => shape.Api).OfType<ApiHeading>().Distinct();

        Assert.Equal(ApiCatalog.All.Length, declared.Count());
        Assert.All(declared, api => Assert.Equal(api.Name, ((ApiKey)api.Key).ToString()));
    }

    [Fact]
    public void ReadRequestAndResponse_ByKey_GiveMessagesOfThatApi()
    {
        foreach (var api in ApiCatalog.All)
        {
            byte[] request = MessageShape.Write(MessageShape.ByName[api.Name + "Request"].New(), api.Versions.Max);
            byte[] response = MessageShape.Write(MessageShape.ByName[api.Name + "Response"].New(), api.Versions.Max);
            var requestReader = new KafkaReader(request);
            var responseReader = new KafkaReader(response);

            Assert.Equal(api.Key, ApiCatalog.ReadRequest(api.Key, ref requestReader, api.Versions.Max).ApiKey);
            Assert.Equal(api.Key, ApiCatalog.ReadResponse(api.Key, ref responseReader, api.Versions.Max).ApiKey);
        }
    }

    [Fact]
    public void ReadHeader_OfAnUnknownApi_GivesItsNumbers()
    {
        var reader = new KafkaReader(new byte[] { 0, 99, 0, 3, 0, 0, 0, 5 });

        Assert.Equal(new RequestHeader((ApiKey)99, 3, 5, null), RequestHeader.Read(ref reader));
    }

    /// <summary>A client may ask at a version no broker has yet; the header must be read for the answer.</summary>
    [Fact]
    public void ReadHeader_OfApiVersionsBeyondTheHighest_IsReadAsFlexible()
    {
        var reader = new KafkaReader(new byte[] { 0, 18, 0, 99, 0, 0, 0, 5, 0, 1, (byte)'c', 0, 42 });

        Assert.Equal(new RequestHeader(ApiKey.ApiVersions, 99, 5, "c"), RequestHeader.Read(ref reader));
        Assert.Equal(1, reader.Remaining);
    }
}
