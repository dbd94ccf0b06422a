using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Settings, the cluster, and what Apache Kafka administers besides.</summary>
public sealed class ClusterAdminTests
{
    [Fact]
    public async Task Describe_TellsTheClusterAndItsBrokers()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();

        var cluster = await client.Admin.Cluster.DescribeAsync(includeAllowedOperations: true);

        Assert.NotEmpty(cluster.ClusterId);
        Assert.Equal(target.Port, Assert.Single(cluster.Brokers).Port);
        Assert.Contains(AclOperation.Alter, cluster.AllowedOperations!);
    }

    [Fact]
    public async Task DescribeVersions_TellsWhatEachBrokerOffers()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();

        var brokers = await client.Admin.Cluster.DescribeVersionsAsync();

        Assert.Equal((await client.Admin.Cluster.DescribeAsync()).Brokers.Select(broker => broker.Id), brokers.Values.Keys);
        var offered = Assert.Single(brokers.Values).Value;
        Assert.True(offered.Apis[ApiKey.ApiVersions].Contains(0));
        Assert.Equal(await client.Admin.Cluster.DescribeFeaturesAsync(), offered.Features);
    }

    [Fact]
    public async Task AlterConfigs_SetsAppendsAndResets()
    {
        var target = await ClientTarget.SharedAsync();
        var topic = ConfigResource.Topic(await target.CreateTopicAsync("set"));
        await using var client = target.NewClient();

        await client.Admin.Configs.AlterAsync(
            topic, [ConfigChange.Set("retention.ms", "60000"), ConfigChange.Append("cleanup.policy", "compact")]);

        var changed = await TopicAdminTests.EventuallyAsync(
            () => client.Admin.Configs.DescribeAsync(topic), configs => configs["retention.ms"].Value == "60000");
        Assert.Equal("delete,compact", changed["cleanup.policy"].Value);

        await client.Admin.Configs.AlterAsync(topic, [ConfigChange.Reset("retention.ms")]);
        await TopicAdminTests.EventuallyAsync(
            () => client.Admin.Configs.DescribeAsync(topic), configs => configs["retention.ms"].IsDefault);
        var failure = await Assert.ThrowsAsync<KafkaException>(
            () => client.Admin.Configs.AlterAsync(topic, [ConfigChange.Set("retention.ms", "soon")]));
        Assert.Equal(ErrorCode.InvalidConfig, failure.ErrorCode);
    }

    [Fact]
    public async Task DescribeConfigs_OfBrokerAndTopic_AsksEachWhereItIsKnown()
    {
        var target = await ClientTarget.SharedAsync();
        var topic = ConfigResource.Topic(await target.CreateTopicAsync("shown"));
        await using var client = target.NewClient();
        int brokerId = (await client.Admin.Cluster.DescribeAsync()).Brokers[0].Id;

        var results = await client.Admin.Configs.DescribeAsync(
            [topic, ConfigResource.Broker(brokerId)], ["cleanup.policy", "log.cleanup.policy", "num.partitions"], includeSynonyms: true);

        Assert.Equal("delete", results[topic]["cleanup.policy"].Value);
        Assert.NotEmpty(results[topic]["cleanup.policy"].Synonyms);
        Assert.Equal("2", results[ConfigResource.Broker(brokerId)]["num.partitions"].Value);
        Assert.Contains(topic, await client.Admin.Configs.ListResourcesAsync([ConfigResourceType.Topic]));
    }

    [Fact]
    public async Task LogDirectories_HoldThePartitions()
    {
        var target = await ClientTarget.SharedAsync();
        var partition = new TopicPartition(await target.CreateTopicAsync("stored"), 0);
        await using var client = target.NewClient();

        var brokers = await client.Admin.LogDirectories.DescribeAsync();

        var directory = Assert.Single(Assert.Single(brokers.Values).Value);
        Assert.Null(directory.Failure);
        Assert.True(directory.Replicas.ContainsKey(partition));
    }

    [KafkaOnlyFact]
    public async Task Features_AndQuorum_AreTold()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();

        var features = await client.Admin.Cluster.DescribeFeaturesAsync();
        var quorum = await client.Admin.Cluster.DescribeQuorumAsync();

        Assert.NotNull(features["metadata.version"].FinalizedLevel);
        Assert.Equal(quorum.LeaderId, Assert.Single(quorum.Voters).Id);
        await client.Admin.Cluster.UpdateFeaturesAsync(
            [new FeatureUpdate("transaction.version", 2)], validateOnly: true);
    }

    [KafkaOnlyFact]
    public async Task Quotas_AreSetReadAndRemoved()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();
        var entity = new QuotaEntity(User: ClientTarget.NewName("user"), ClientId: "");

        await client.Admin.Quotas.AlterAsync(entity, new Dictionary<string, double?> { [QuotaKeys.ProducerByteRate] = 1024 });

        var set = await TopicAdminTests.EventuallyAsync(() => client.Admin.Quotas.DescribeAsync(entity), found => found.Count == 1);
        Assert.Equal(1024, set[entity][QuotaKeys.ProducerByteRate]);
        await client.Admin.Quotas.AlterAsync(entity, new Dictionary<string, double?> { [QuotaKeys.ProducerByteRate] = null });
        await TopicAdminTests.EventuallyAsync(() => client.Admin.Quotas.DescribeAsync(entity), found => found.Count == 0);
    }

    [KafkaOnlyFact]
    public async Task ScramUsers_AreMadeListedAndDeleted()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();
        string user = ClientTarget.NewName("user");

        await client.Admin.ScramUsers.UpsertAsync(user, "secret", ScramMechanism.Sha256, 4096);

        var found = await TopicAdminTests.EventuallyAsync(
            () => client.Admin.ScramUsers.DescribeAsync([user]), results => results.Failures.Count == 0);
        Assert.Equal([new ScramCredential(ScramMechanism.Sha256, 4096)], found[user]);
        await client.Admin.ScramUsers.DeleteAsync(user, ScramMechanism.Sha256);
        var failure = await Assert.ThrowsAsync<KafkaException>(
            () => client.Admin.ScramUsers.DeleteAsync(user, ScramMechanism.Sha256));
        Assert.Equal(ErrorCode.ResourceNotFound, failure.ErrorCode);
    }

    [KafkaOnlyFact]
    public async Task Acls_WithoutAnAuthorizer_AreRefused()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();

        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Acls.DescribeAsync(new AclFilter()));

        Assert.Equal(ErrorCode.SecurityDisabled, failure.ErrorCode);
    }

    [KafkaOnlyFact]
    public async Task Transactions_AreFencedListedAndDescribed()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();
        string id = ClientTarget.NewName("tx");

        var first = (await client.Admin.Transactions.FenceAsync([id]))[id];
        var second = (await client.Admin.Transactions.FenceAsync([id]))[id];

        Assert.Equal(first.ProducerId, second.ProducerId);
        Assert.True(second.ProducerEpoch > first.ProducerEpoch);
        Assert.Contains(await client.Admin.Transactions.ListAsync(), transaction => transaction.TransactionalId == id);
        Assert.Equal(TransactionStatus.Empty, (await client.Admin.Transactions.DescribeAsync([id]))[id].State);
        Assert.Equal(
            ErrorCode.TransactionalIdNotFound,
            (await client.Admin.Transactions.DescribeAsync(["nobody"])).Failures["nobody"].ErrorCode);
    }

    [KafkaOnlyFact]
    public async Task ShareGroups_ThatAreNotThere_AreToldSo()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();

        var results = await client.Admin.ShareGroups.DescribeAsync(["nobody"]);

        Assert.Equal(ErrorCode.GroupIdNotFound, results.Failures["nobody"].ErrorCode);
    }
}
