using System.Collections.Immutable;

namespace LogBroker.Client;

/// <summary>A token that brokers accept as proof (OAUTHBEARER).</summary>
/// <param name="Value">The token as it is sent, mostly a JWT.</param>
public sealed record OAuthBearerToken(string Value)
{
    /// <summary>Names and values sent beside the token (KIP-342).</summary>
    public ImmutableDictionary<string, string> Extensions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Not the token: it does not belong in logs.</summary>
    public override string ToString() => $"a token of {Value.Length} characters";
}
