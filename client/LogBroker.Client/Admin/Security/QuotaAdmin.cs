using LogBroker.Client.Admin.Calls;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>How much clients may take (KIP-546).</summary>
public sealed class QuotaAdmin
{
    private const sbyte MatchExact = 0;
    private const sbyte MatchDefault = 1;

    private readonly AdminCalls _calls;

    internal QuotaAdmin(AdminCalls calls) => _calls = calls;

    /// <summary>The quotas that are set.</summary>
    /// <param name="entity">Whose; null for all. Parts that are not set fit all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<QuotaEntity, IReadOnlyDictionary<string, double>>> DescribeAsync(
        QuotaEntity? entity = null, CancellationToken cancellationToken = default)
    {
        var request = new DescribeClientQuotasRequest
        {
            Components =
            [
                .. (entity?.Parts ?? []).Select(part => new DescribeClientQuotasRequest.ComponentData
                {
                    EntityType = part.Type,
                    MatchType = part.Name is null ? MatchDefault : MatchExact,
                    Match = part.Name,
                }),
            ],
        };
        var response = await _calls.AnyAsync(
            "Describing quotas", request, answer => (answer.ErrorCode, answer.ErrorMessage), cancellationToken).ConfigureAwait(false);
        return (response.Entries ?? []).ToDictionary(
            entry => QuotaEntity.From(entry.Entity.Select(part => (part.EntityType, part.EntityName))),
            entry => (IReadOnlyDictionary<string, double>)entry.Values.ToDictionary(value => value.Key, value => value.Value));
    }

    /// <summary>Sets and removes quotas of one entity.</summary>
    /// <param name="entity">Whose.</param>
    /// <param name="values">The new values by <see cref="QuotaKeys"/>; null removes one.</param>
    /// <param name="validateOnly">Only tells whether they could be set so.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">A name or value is wrong.</exception>
    public async Task AlterAsync(
        QuotaEntity entity,
        IReadOnlyDictionary<string, double?> values,
        bool validateOnly = false,
        CancellationToken cancellationToken = default)
    {
        const string What = "Changing the quotas of";
        var request = new AlterClientQuotasRequest
        {
            Entries =
            [
                new()
                {
                    Entity =
                    [
                        .. entity.Parts.Select(part => new AlterClientQuotasRequest.EntityData
                        {
                            EntityType = part.Type,
                            EntityName = part.Name,
                        }),
                    ],
                    Ops =
                    [
                        .. values.Select(value => new AlterClientQuotasRequest.OpData
                        {
                            Key = value.Key,
                            Value = value.Value ?? 0,
                            Remove = value.Value is null,
                        }),
                    ],
                },
            ],
            ValidateOnly = validateOnly,
        };
        var response = await _calls.AnyAsync(What, request, _ => (ErrorCode.None, null), cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<QuotaEntity, bool>(What);
        foreach (var entry in response.Entries) results.Add(Answers.Of(entity, entry.ErrorCode, entry.ErrorMessage, What));
        results.ThrowIfAnyFailed();
    }
}
