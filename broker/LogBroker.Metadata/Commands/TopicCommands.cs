using System.Collections.Immutable;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Store;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Commands;

/// <summary>Creates, deletes and widens topics.</summary>
internal sealed class TopicCommands(
    CatalogueWriter writer, Func<MetadataImage, BrokerConfigLayers> brokerConfig, Func<Guid> newTopicId, LimitReached? reached)
{
    /// <summary>How many topics one transaction changes: stores may limit its operations, of which a topic needs up to six.</summary>
    private const int TopicsPerTransaction = 16;

    public async Task<ImmutableArray<CreateTopicResult>> CreateAsync(
        MetadataImage image,
        IReadOnlyList<NewTopic> requests,
        bool validateOnly,
        CancellationToken cancellationToken)
    {
        var counts = requests.CountBy(request => request.Name).ToDictionary();
        var distinct = requests.DistinctBy(request => request.Name).ToList();
        var broker = brokerConfig(image);
        bool isTooMuch = distinct.Where(request => counts[request.Name] == 1)
            .Sum(request => TopicPlan.PartitionsOf(request, broker)) > TopicPlan.PartitionsPerRequestMax;
        var results = new Dictionary<string, CreateTopicResult>();
        foreach (var request in distinct)
        {
            var error = counts[request.Name] > 1 ? Duplicate
                : isTooMuch
                    ? new CommandError(ErrorCode.PolicyViolation, "Excessively large number of partitions per request.")
                    : null;
            if (error is not null) results[request.Name] = Result(TopicPlan.Failed(request, error), Guid.Empty);
        }

        foreach (var chunk in distinct.Where(request => !results.ContainsKey(request.Name)).Chunk(TopicsPerTransaction))
        {
            var created = await writer.CommitAsync(now => PlanCreation(now, chunk, validateOnly), cancellationToken);
            foreach (var result in created) results[result.Name] = result;
        }

        return [.. distinct.Select(request => results[request.Name])];
    }

    public async Task<ImmutableArray<DeleteTopicResult>> DeleteAsync(
        IReadOnlyList<TopicReference> requests, CancellationToken cancellationToken)
    {
        var counts = requests.CountBy(request => request).ToDictionary();
        var results = ImmutableArray.CreateBuilder<DeleteTopicResult>();
        foreach (var chunk in requests.Distinct().Chunk(TopicsPerTransaction))
            results.AddRange(await writer.CommitAsync(image => PlanDeletion(image, chunk, counts), cancellationToken));
        return results.ToImmutable();
    }

    public async Task<ImmutableArray<CreatePartitionsResult>> CreatePartitionsAsync(
        IReadOnlyList<NewPartitions> requests, bool validateOnly, CancellationToken cancellationToken)
    {
        var counts = requests.CountBy(request => request.Topic).ToDictionary();
        var results = ImmutableArray.CreateBuilder<CreatePartitionsResult>();
        foreach (var request in requests.DistinctBy(request => request.Topic))
        {
            results.Add(counts[request.Topic] > 1
                ? new CreatePartitionsResult(request.Topic, Duplicate)
                : await writer.CommitAsync(image => PlanPartitions(image, request, validateOnly), cancellationToken));
        }

        return results.ToImmutable();
    }

    private static CommandError Duplicate => new(ErrorCode.InvalidRequest, "Duplicate topic name.");

    private (MetadataTransaction Change, ImmutableArray<CreateTopicResult> Answer) PlanCreation(
        MetadataImage image, NewTopic[] requests, bool validateOnly)
    {
        var change = MetadataTransaction.Empty;
        var answer = ImmutableArray.CreateBuilder<CreateTopicResult>(requests.Length);
        var broker = brokerConfig(image);
        var taken = new Dictionary<string, string>();
        var limits = new PartitionLimits(image, broker, reached);
        foreach (var request in requests)
        {
            var colliding = taken.GetValueOrDefault(TopicNames.MetricName(request.Name)) ?? Colliding(image, request.Name);
            var plan = TopicPlan.For(image, broker, request, colliding);
            if (plan.Error is null && limits.Add(request.Name, 0, plan.Replicas.Length) is { } tooMany)
                plan = TopicPlan.Failed(request, tooMany);
            var id = plan.Error is null ? NewId() : Guid.Empty;
            answer.Add(Result(plan, id));
            if (plan.Error is not null) continue;
            taken[TopicNames.MetricName(request.Name)] = request.Name;
            if (!validateOnly) change = AddCreation(change, plan, id);
        }

        return (change, answer.MoveToImmutable());
    }

    private static MetadataTransaction AddCreation(MetadataTransaction change, TopicPlan plan, Guid id)
    {
        var name = plan.Request.Name;
        var configs = CatalogueKeys.Configs(ConfigResource.Topic(name));
        change = change
            .RequireAbsent(CatalogueKeys.Topic(name))
            .RequireAbsent(CatalogueKeys.TopicMetricName(name))
            .Put(CatalogueKeys.Topic(name), CatalogueValues.Topic(id, plan.Replicas))
            .Put(CatalogueKeys.TopicMetricName(name), CatalogueValues.Text(name));
        return plan.Configs.IsEmpty ? change : change.Put(configs, CatalogueValues.Configs(plan.Configs));
    }

    /// <summary>The topic whose metrics would have the same name; null if there is none.</summary>
    private static string? Colliding(MetadataImage image, string name)
    {
        // The key says at once that there is none, which is nearly always so.
        if (!MetadataKey.IsValid(CatalogueKeys.TopicMetricName(name)) ||
            image.ModRevision(CatalogueKeys.TopicMetricName(name)) == 0)
            return null;
        var metricName = TopicNames.MetricName(name);
        return image.Topics.Keys.FirstOrDefault(topic => TopicNames.MetricName(topic) == metricName);
    }

    private static (MetadataTransaction Change, ImmutableArray<DeleteTopicResult> Answer) PlanDeletion(
        MetadataImage image, TopicReference[] requests, Dictionary<TopicReference, int> counts)
    {
        var change = MetadataTransaction.Empty;
        var answer = ImmutableArray.CreateBuilder<DeleteTopicResult>(requests.Length);
        var gone = new HashSet<string>();
        foreach (var request in requests)
        {
            var error = Find(image, request, out var topic);
            if (counts[request] > 1 || (topic is not null && !gone.Add(topic.Name))) error = Duplicate;
            answer.Add(new DeleteTopicResult(topic?.Name ?? request.Name, topic?.Id ?? request.Id, error));
            if (error is not null) continue;
            var key = CatalogueKeys.Topic(topic!.Name);
            change = change
                .Require(key, image.ModRevision(key))
                .Delete(key)
                .Delete(CatalogueKeys.TopicMetricName(topic.Name))
                .Delete(CatalogueKeys.Configs(ConfigResource.Topic(topic.Name)));
        }

        return (change, answer.MoveToImmutable());
    }

    private static CommandError? Find(MetadataImage image, TopicReference request, out TopicImage? topic)
    {
        topic = null;
        switch (request)
        {
            case { Name: null, Id: var id } when id == Guid.Empty:
                return new CommandError(ErrorCode.InvalidRequest, "Neither topic name nor id were specified.");
            case { Name: null, Id: var id }:
                return image.TryGetTopic(id, out topic)
                    ? null
                    : new CommandError(ErrorCode.UnknownTopicId, "This server does not host this topic ID.");
            case { Id: var id } when id != Guid.Empty:
                return new CommandError(ErrorCode.InvalidRequest, "You may not specify both topic name and topic id.");
            default:
                return image.TryGetTopic(request.Name, out topic)
                    ? null
                    : new CommandError(
                        ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
        }
    }

    private (MetadataTransaction Change, CreatePartitionsResult Answer) PlanPartitions(
        MetadataImage image, NewPartitions request, bool validateOnly)
    {
        var error = PartitionsPlan.For(image, request, out var replicas)
            ?? new PartitionLimits(image, brokerConfig(image), reached)
                .Add(request.Topic, image.Topics[request.Topic].Partitions.Length, replicas.Length);
        var answer = new CreatePartitionsResult(request.Topic, error);
        if (error is not null || validateOnly) return (MetadataTransaction.Empty, answer);
        var key = CatalogueKeys.Topic(request.Topic);
        var topic = image.Topics[request.Topic];
        return (
            MetadataTransaction.Empty
                .Require(key, image.ModRevision(key))
                .Put(key, CatalogueValues.Topic(topic.Id, replicas)),
            answer);
    }

    private static CreateTopicResult Result(TopicPlan plan, Guid id) => new(
        plan.Request.Name,
        plan.Error,
        plan.Error is null ? new TopicImage(plan.Request.Name, id, plan.Replicas) : null,
        plan.Configs);

    private Guid NewId()
    {
        // The all-zero id means "no id" in the protocol.
        Guid id;
        do id = newTopicId();
        while (id == Guid.Empty);
        return id;
    }
}
