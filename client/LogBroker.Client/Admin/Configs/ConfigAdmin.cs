using LogBroker.Client.Admin.Calls;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Settings of topics, brokers, groups and client metrics.</summary>
public sealed class ConfigAdmin
{
    private readonly AdminCalls _calls;
    private readonly ItemCalls _items;

    internal ConfigAdmin(AdminCalls calls, ItemCalls items)
    {
        _calls = calls;
        _items = items;
    }

    /// <summary>All settings of something, by name.</summary>
    /// <exception cref="KafkaException">It does not exist, or the client may not see it.</exception>
    public Task<IReadOnlyDictionary<string, ConfigEntry>> DescribeAsync(
        ConfigResource resource, CancellationToken cancellationToken = default) =>
        DescribeAsync([resource], cancellationToken: cancellationToken).OnlyAsync();

    /// <summary>Settings of several things.</summary>
    /// <param name="resources">Whose.</param>
    /// <param name="names">Which; null for all.</param>
    /// <param name="includeSynonyms">Also the values that each one hides.</param>
    /// <param name="includeDocumentation">Also what each one does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<ConfigResource, IReadOnlyDictionary<string, ConfigEntry>>> DescribeAsync(
        IReadOnlyCollection<ConfigResource> resources,
        IReadOnlyCollection<string>? names = null,
        bool includeSynonyms = false,
        bool includeDocumentation = false,
        CancellationToken cancellationToken = default)
    {
        const string What = "Describing the settings of";
        return EachAsync<IReadOnlyDictionary<string, ConfigEntry>>(
            What,
            resources,
            async (nodeId, left, token) =>
            {
                var request = new DescribeConfigsRequest
                {
                    Resources =
                    [
                        .. left.Select(resource => new DescribeConfigsRequest.DescribeConfigsResource
                        {
                            ResourceType = (sbyte)resource.Type,
                            ResourceName = resource.Name,
                            ConfigurationKeys = names is null ? null : [.. names],
                        }),
                    ],
                    IncludeSynonyms = includeSynonyms,
                    IncludeDocumentation = includeDocumentation,
                };
                var response = await SendAsync(nodeId, request, token).ConfigureAwait(false);
                return response.Results.Select(result => Answers.Of<ConfigResource, IReadOnlyDictionary<string, ConfigEntry>>(
                    new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName),
                    result.ErrorCode,
                    result.ErrorMessage,
                    What,
                    () => result.Configs.ToDictionary(config => config.Name, ToEntry, StringComparer.Ordinal)));
            },
            cancellationToken);
    }

    /// <summary>Changes settings of something; all of the changes or none.</summary>
    /// <exception cref="KafkaException">A value or name is wrong (<see cref="ErrorCode.InvalidConfig"/>).</exception>
    public Task AlterAsync(
        ConfigResource resource, IReadOnlyCollection<ConfigChange> changes, CancellationToken cancellationToken = default) =>
        AlterAsync(
            new Dictionary<ConfigResource, IReadOnlyCollection<ConfigChange>> { [resource] = changes },
            cancellationToken: cancellationToken);

    /// <summary>Changes settings of several things; of each, all of the changes or none (KIP-339).</summary>
    /// <param name="changes">What to change.</param>
    /// <param name="validateOnly">Only tells whether it could be changed so.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public Task AlterAsync(
        IReadOnlyDictionary<ConfigResource, IReadOnlyCollection<ConfigChange>> changes,
        bool validateOnly = false,
        CancellationToken cancellationToken = default)
    {
        const string What = "Changing the settings of";
        return EachAsync<bool>(
            What,
            changes.Keys,
            async (nodeId, left, token) =>
            {
                var request = new IncrementalAlterConfigsRequest
                {
                    Resources = [.. left.Select(resource => ToAlterable(resource, changes[resource]))],
                    ValidateOnly = validateOnly,
                };
                var response = await SendAsync(nodeId, request, token).ConfigureAwait(false);
                return response.Responses.Select(result => Answers.Of(
                    new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName),
                    result.ErrorCode,
                    result.ErrorMessage,
                    What));
            },
            cancellationToken).AllAsync();
    }

    /// <summary>What has settings of its own (KIP-1142).</summary>
    /// <param name="types">Of which kinds; none for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ConfigResource>> ListResourcesAsync(
        IReadOnlyCollection<ConfigResourceType>? types = null, CancellationToken cancellationToken = default)
    {
        var request = new ListConfigResourcesRequest { ResourceTypes = [.. (types ?? []).Select(type => (sbyte)type)] };
        var response = await _calls.AnyAsync("Listing what has settings", request, answer => (answer.ErrorCode, null), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. response.ConfigResources.Select(
                resource => new ConfigResource((ConfigResourceType)resource.ResourceType, resource.ResourceName)),
        ];
    }

    /// <summary>Asks each broker about itself, and any about the rest.</summary>
    private async Task<AdminResults<ConfigResource, TValue>> EachAsync<TValue>(
        string what,
        IEnumerable<ConfigResource> resources,
        Func<int?, IReadOnlyList<ConfigResource>, CancellationToken, Task<IEnumerable<ItemAnswer<ConfigResource, TValue>>>> ask,
        CancellationToken cancellationToken)
    {
        await _calls.RetryAsync(_calls.KnowBrokersAsync, cancellationToken).ConfigureAwait(false);
        return await _items.EachAsync<ConfigResource, TValue>(
            what,
            resources,
            async (left, token) =>
            {
                var answers = new List<ItemAnswer<ConfigResource, TValue>>();
                foreach (var node in left.GroupBy(resource => resource.BrokerId))
                {
                    try
                    {
                        answers.AddRange(await ask(node.Key, [.. node], token).ConfigureAwait(false));
                    }
                    catch (KafkaException failure)
                    {
                        answers.AddRange(node.Select(resource => new ItemAnswer<ConfigResource, TValue>(resource, default, failure)));
                    }
                }
                return answers;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private Task<TResponse> SendAsync<TResponse>(int? nodeId, IRequest<TResponse> request, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse => nodeId is { } broker
        ? _calls.SendToAsync(broker, request, cancellationToken)
        : _calls.SendToAnyAsync(request, cancellationToken);

    private static IncrementalAlterConfigsRequest.AlterConfigsResource ToAlterable(
        ConfigResource resource, IReadOnlyCollection<ConfigChange> changes)
    {
        var configs = changes.Select(change => new IncrementalAlterConfigsRequest.AlterableConfig
        {
            Name = change.Name,
            ConfigOperation = change.Operation,
            Value = change.Value,
        });
        return new IncrementalAlterConfigsRequest.AlterConfigsResource
        {
            ResourceType = (sbyte)resource.Type,
            ResourceName = resource.Name,
            Configs = [.. configs],
        };
    }

    private static ConfigEntry ToEntry(DescribeConfigsResponse.DescribeConfigsResourceResult config) =>
        new(config.Name, config.Value, (ConfigSource)config.ConfigSource)
        {
            IsReadOnly = config.ReadOnly,
            IsSensitive = config.IsSensitive,
            Documentation = config.Documentation,
            Synonyms =
            [
                .. config.Synonyms.Select(synonym => new ConfigEntry(synonym.Name, synonym.Value, (ConfigSource)synonym.Source)
                {
                    IsSensitive = config.IsSensitive,
                }),
            ],
        };
}
