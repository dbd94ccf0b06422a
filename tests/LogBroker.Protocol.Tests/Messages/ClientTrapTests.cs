using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Protocol.Tests.Messages;

/// <summary>What breaks real clients and lies in the form of messages.</summary>
public sealed class ClientTrapTests
{
    /// <summary>librdkafka fails on null records in a fetch response, beside an error too (KAFKA-18646).</summary>
    [Fact]
    public void FetchResponse_OfDefaults_HasEmptyRecordsAndNoNulls()
    {
        var partition = new FetchResponse.PartitionData { ErrorCode = ErrorCode.OffsetOutOfRange };

        Assert.Equal(0, partition.Records!.SizeInBytes);
        Assert.Empty(partition.AbortedTransactions!.Value);
        Assert.Equal(-1, partition.PreferredReadReplica);
    }

    /// <summary>@platformatic/kafka cannot skip tagged fields of nested structs: none is written unasked.</summary>
    [Fact]
    public void FetchResponse_WithoutAnError_HasEmptyNestedTags()
    {
        var response = new FetchResponse { Responses = [new() { Partitions = [new()] }] };
        byte[] bytes = MessageShape.Write(response, 17);

        // Partition tags, topic tags, response tags, behind the records' length of 0 (compact: 1).
        Assert.Equal([1, 0, 0, 0], bytes[^4..]);
    }

    /// <summary>librdkafka up to 2.1 misreads what follows tags; they stand at the very end of the answer.</summary>
    [Fact]
    public void ApiVersionsResponse_AnsweringAnUnknownVersion_IsOfVersionZero()
    {
        var response = new ApiVersionsResponse
        {
            ErrorCode = ErrorCode.UnsupportedVersion,
            ApiKeys = [new() { ApiKey = (short)ApiKey.ApiVersions, MinVersion = 0, MaxVersion = 4 }],
            ThrottleTimeMs = 9,
            FinalizedFeaturesEpoch = 3,
        };

        Assert.Equal([0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 4], MessageShape.Write(response, 0));
    }

    /// <summary>kafka-python asks for all topics by an empty array (version 0), others by null.</summary>
    [Fact]
    public void MetadataRequest_ForAllTopics_DiffersByVersion()
    {
        var shape = MessageShape.ByName[nameof(MetadataRequest)];
        var old = (MetadataRequest)shape.Read([0, 0, 0, 0], 0);
        var newer = (MetadataRequest)shape.Read([0xFF, 0xFF, 0xFF, 0xFF], 1);

        Assert.Empty(old.Topics!.Value);
        Assert.Null(newer.Topics);
        Assert.True(newer.AllowAutoTopicCreation);
    }

    /// <summary>Ordinary clients send all shapes: librdkafka version 0, kafkajs 1, Java 3, @platformatic 5.</summary>
    [Fact]
    public void AddPartitionsToTxnRequest_BelowAndAboveVersion4_HasItsTopicsInItsOwnPlace()
    {
        var shape = MessageShape.ByName[nameof(AddPartitionsToTxnRequest)];
        var single = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = "t",
            V3AndBelowTopics = [new() { Name = "a", Partitions = [1] }],
        };
        var batched = new AddPartitionsToTxnRequest
        {
            Transactions = [new() { TransactionalId = "t", Topics = [new() { Name = "a", Partitions = [1] }] }],
        };

        foreach (short version in new short[] { 0, 1, 3 })
            Assert.Null(MessageTree.Difference(single, shape.Read(MessageShape.Write(single, version), version)));
        Assert.Null(MessageTree.Difference(batched, shape.Read(MessageShape.Write(batched, 5), 5)));
    }

    /// <summary>SASL handshakes of every version, and ListGroups and DescribeGroups 0, are asked without a look at
    /// ApiVersions; they are in the old form.</summary>
    [Fact]
    public void OldForms_OfListGroupsAndSaslHandshake_AreNotCompact()
    {
        Assert.Empty(MessageShape.Write(new ListGroupsRequest(), 0));
        Assert.Equal([0, 0, 0, 0, 0, 0], MessageShape.Write(new ListGroupsResponse(), 0));
        Assert.Equal([0, 5, .. "PLAIN"u8], MessageShape.Write(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1));
    }
}
