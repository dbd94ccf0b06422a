using LogBroker.Client.Security;

namespace LogBroker.Client;

/// <summary>Who the client is, and how it proves that (SASL). Made by one of the methods here.</summary>
/// <remarks>Immutable, may be shared by clients. Every new connection asks it, so credentials that change are given as
/// functions.</remarks>
public abstract class SaslCredentials
{
    private protected SaslCredentials()
    {
    }

    /// <summary>The mechanism's name in the protocol.</summary>
    internal abstract string Mechanism { get; }

    /// <summary>A user and password as they are (PLAIN). Only over TLS: who listens reads the password.</summary>
    public static SaslCredentials Plain(string userName, string password) =>
        Plain(new SaslLogin(userName, password));

    /// <inheritdoc cref="Plain(string, string)"/>
    /// <param name="login">Asked for each connection, so that passwords may change.</param>
    public static SaslCredentials Plain(Func<CancellationToken, ValueTask<SaslLogin>> login) => new PlainCredentials(login);

    /// <summary>A user and password that is proven without being sent (SCRAM-SHA-256).</summary>
    public static SaslCredentials ScramSha256(string userName, string password) =>
        ScramSha256(Fixed(new SaslLogin(userName, password)));

    /// <inheritdoc cref="ScramSha256(string, string)"/>
    /// <param name="login">Asked for each connection, so that passwords may change.</param>
    public static SaslCredentials ScramSha256(Func<CancellationToken, ValueTask<SaslLogin>> login) =>
        new ScramCredentials(ScramHash.Sha256, login, isToken: false);

    /// <summary>A user and password that is proven without being sent (SCRAM-SHA-512).</summary>
    public static SaslCredentials ScramSha512(string userName, string password) =>
        ScramSha512(Fixed(new SaslLogin(userName, password)));

    /// <inheritdoc cref="ScramSha512(string, string)"/>
    /// <param name="login">Asked for each connection, so that passwords may change.</param>
    public static SaslCredentials ScramSha512(Func<CancellationToken, ValueTask<SaslLogin>> login) =>
        new ScramCredentials(ScramHash.Sha512, login, isToken: false);

    /// <summary>A delegation token (KIP-48), proven by SCRAM-SHA-256.</summary>
    /// <param name="tokenId">The token's id.</param>
    /// <param name="hmac">Its secret, as <see cref="AdminClient"/> or kafka-delegation-tokens gives it, in Base64.</param>
    public static SaslCredentials DelegationToken(string tokenId, string hmac) =>
        new ScramCredentials(ScramHash.Sha256, Fixed(new SaslLogin(tokenId, hmac)), isToken: true);

    /// <summary>A token of an identity provider (OAUTHBEARER, KIP-255).</summary>
    /// <param name="token">Asked for each connection, and again when the broker's session ends; keep the token while it is
    /// valid.</param>
    public static SaslCredentials OAuthBearer(Func<CancellationToken, ValueTask<OAuthBearerToken>> token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return new OAuthBearerCredentials((_, cancellationToken) => token(cancellationToken));
    }

    /// <summary>Tokens fetched from an identity provider with the client's id and secret (OAUTHBEARER by OAuth 2.0 client
    /// credentials, KIP-768), kept until most of their time is over.</summary>
    public static SaslCredentials OAuthClientCredentials(OAuthClientCredentialsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new OAuthBearerCredentials(new OAuthClientCredentialsSource(options).GetTokenAsync);
    }

    /// <summary>Begins one authentication.</summary>
    internal abstract ValueTask<SaslExchange> BeginAsync(TimeProvider time, CancellationToken cancellationToken);

    private static PlainCredentials Plain(SaslLogin login) => new(Fixed(login));

    private static Func<CancellationToken, ValueTask<SaslLogin>> Fixed(SaslLogin login)
    {
        ArgumentException.ThrowIfNullOrEmpty(login.UserName);
        ArgumentNullException.ThrowIfNull(login.Password);
        return _ => ValueTask.FromResult(login);
    }
}
