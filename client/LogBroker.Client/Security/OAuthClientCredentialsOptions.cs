using System.Collections.Immutable;
using LogBroker.Client.Options;

namespace LogBroker.Client;

/// <summary>How to get tokens from an identity provider with a client's own id and secret (OAuth 2.0, RFC 6749 section 4.4).</summary>
public sealed record OAuthClientCredentialsOptions
{
    /// <summary>Where tokens are asked for (<c>sasl.oauthbearer.token.endpoint.url</c>). It has to be <c>https</c>, since the secret is
    /// sent there, but on this machine.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>The client's id at the identity provider.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its secret.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>What the token is for, as the identity provider names it (<c>scope</c>); null asks for its default.</summary>
    public string? Scope { get; init; }

    /// <summary>Further fields of the request, such as <c>audience</c>.</summary>
    public ImmutableDictionary<string, string> Parameters { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Names and values sent to brokers beside the token (KIP-342).</summary>
    public ImmutableDictionary<string, string> Extensions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Makes the HTTP client a token is asked with, which is disposed afterwards; null, the default, makes a plain
    /// one.</summary>
    public Func<HttpClient>? HttpClientFactory { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{ClientId} at {Place}";

    /// <summary>The endpoint without a password, a query or what else does not belong into a message.</summary>
    internal string Place => TokenEndpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.SafeUnescaped);

    internal void Validate()
    {
        OptionCheck.Require(
            TokenEndpoint is { IsAbsoluteUri: true }, "TokenEndpoint must be a whole address, as in https://login.example.org/token.");
        OptionCheck.Require(
            TokenEndpoint.Scheme == Uri.UriSchemeHttps || TokenEndpoint.IsLoopback,
            $"TokenEndpoint is {Place}: the secret may only be sent over https.");
        OptionCheck.Require(ClientId is { Length: > 0 }, "ClientId is empty: set the client's id at the identity provider.");
        OptionCheck.Require(ClientSecret is not null, "ClientSecret is not set.");
    }
}
