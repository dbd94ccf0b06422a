using System.Collections.Immutable;
using LogBroker.Client.Admin.Calls;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>A token that stands for a user.</summary>
/// <param name="TokenId">Its id.</param>
/// <param name="Hmac">Its secret.</param>
/// <param name="Owner">Whom it stands for, as <c>User:alice</c>.</param>
/// <param name="IssuedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends unless it is renewed.</param>
/// <param name="MaxExpiresAt">When it ends whatever happens.</param>
public sealed record DelegationToken(
    string TokenId,
    ReadOnlyMemory<byte> Hmac,
    string Owner,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset MaxExpiresAt)
{
    /// <summary>Who may renew it beside its owner.</summary>
    public ImmutableArray<string> Renewers { get; init; } = [];

    /// <summary>The secret as <see cref="SaslCredentials.DelegationToken"/> takes it.</summary>
    public string HmacText => Convert.ToBase64String(Hmac.Span);

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{TokenId} of {Owner}";
}

/// <summary>Tokens that stand for a user (KIP-48). Brokers give them only over authenticated connections.</summary>
public sealed class DelegationTokenAdmin
{
    private readonly AdminCalls _calls;

    internal DelegationTokenAdmin(AdminCalls calls) => _calls = calls;

    /// <summary>Makes a token for the client's own principal, or for another one.</summary>
    /// <param name="renewers">Who may renew it beside its owner, as <c>User:alice</c>.</param>
    /// <param name="owner">Whom it stands for; null for the client's own principal.</param>
    /// <param name="lifetimeMax">How long it may be renewed; null leaves it to the broker.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public async Task<DelegationToken> CreateAsync(
        IReadOnlyCollection<string>? renewers = null,
        string? owner = null,
        TimeSpan? lifetimeMax = null,
        CancellationToken cancellationToken = default)
    {
        var request = new CreateDelegationTokenRequest
        {
            OwnerPrincipalType = owner is null ? null : Split(owner).Type,
            OwnerPrincipalName = owner is null ? null : Split(owner).Name,
            Renewers =
            [
                .. (renewers ?? []).Select(renewer => new CreateDelegationTokenRequest.CreatableRenewers
                {
                    PrincipalType = Split(renewer).Type,
                    PrincipalName = Split(renewer).Name,
                }),
            ],
            MaxLifetimeMs = lifetimeMax is { } max ? (long)max.TotalMilliseconds : -1,
        };
        var token = await _calls.AnyAsync(
            "Making a delegation token", request, answer => (answer.ErrorCode, null), cancellationToken).ConfigureAwait(false);
        return new DelegationToken(
            token.TokenId,
            token.Hmac,
            $"{token.PrincipalType}:{token.PrincipalName}",
            DateTimeOffset.FromUnixTimeMilliseconds(token.IssueTimestampMs),
            DateTimeOffset.FromUnixTimeMilliseconds(token.ExpiryTimestampMs),
            DateTimeOffset.FromUnixTimeMilliseconds(token.MaxTimestampMs))
        {
            Renewers = [.. renewers ?? []],
        };
    }

    /// <summary>Lets a token live longer.</summary>
    /// <param name="hmac">Its secret.</param>
    /// <param name="period">From now; null leaves it to the broker.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>When it ends now.</returns>
    public async Task<DateTimeOffset> RenewAsync(
        ReadOnlyMemory<byte> hmac, TimeSpan? period = null, CancellationToken cancellationToken = default)
    {
        var request = new RenewDelegationTokenRequest
        {
            Hmac = hmac.ToArray(),
            RenewPeriodMs = period is { } wanted ? (long)wanted.TotalMilliseconds : -1,
        };
        var response = await _calls.AnyAsync(
            "Renewing a delegation token", request, answer => (answer.ErrorCode, null), cancellationToken).ConfigureAwait(false);
        return DateTimeOffset.FromUnixTimeMilliseconds(response.ExpiryTimestampMs);
    }

    /// <summary>Lets a token end.</summary>
    /// <param name="hmac">Its secret.</param>
    /// <param name="after">From now; null at once.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>When it ends.</returns>
    public async Task<DateTimeOffset> ExpireAsync(
        ReadOnlyMemory<byte> hmac, TimeSpan? after = null, CancellationToken cancellationToken = default)
    {
        var request = new ExpireDelegationTokenRequest
        {
            Hmac = hmac.ToArray(),
            ExpiryTimePeriodMs = after is { } wanted ? (long)wanted.TotalMilliseconds : -1,
        };
        var response = await _calls.AnyAsync(
            "Ending a delegation token", request, answer => (answer.ErrorCode, null), cancellationToken).ConfigureAwait(false);
        return DateTimeOffset.FromUnixTimeMilliseconds(response.ExpiryTimestampMs);
    }

    /// <summary>The tokens the client's principal may see.</summary>
    /// <param name="owners">Only theirs, as <c>User:alice</c>; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<DelegationToken>> DescribeAsync(
        IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default)
    {
        var request = new DescribeDelegationTokenRequest
        {
            Owners = owners is null
                ? null
                :
                [
                    .. owners.Select(owner => new DescribeDelegationTokenRequest.DescribeDelegationTokenOwner
                    {
                        PrincipalType = Split(owner).Type,
                        PrincipalName = Split(owner).Name,
                    }),
                ],
        };
        var response = await _calls.AnyAsync(
            "Describing delegation tokens", request, answer => (answer.ErrorCode, null), cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.Tokens.Select(token => new DelegationToken(
                token.TokenId,
                token.Hmac,
                $"{token.PrincipalType}:{token.PrincipalName}",
                DateTimeOffset.FromUnixTimeMilliseconds(token.IssueTimestamp),
                DateTimeOffset.FromUnixTimeMilliseconds(token.ExpiryTimestamp),
                DateTimeOffset.FromUnixTimeMilliseconds(token.MaxTimestamp))
            {
                Renewers = [.. token.Renewers.Select(renewer => $"{renewer.PrincipalType}:{renewer.PrincipalName}")],
            }),
        ];
    }

    private static (string Type, string Name) Split(string principal)
    {
        int colon = principal.IndexOf(':');
        return colon > 0
            ? (principal[..colon], principal[(colon + 1)..])
            : throw new ArgumentException($"\"{principal}\" is no principal: write it as in User:alice.");
    }
}
