namespace LogBroker.Client.Security;

/// <summary>SCRAM (RFC 5802, RFC 7677).</summary>
internal sealed class ScramCredentials(
    ScramHash hash, Func<CancellationToken, ValueTask<SaslLogin>> login, bool isToken) : SaslCredentials
{
    internal override string Mechanism => hash.Mechanism;

    internal override async ValueTask<SaslExchange> BeginAsync(TimeProvider time, CancellationToken cancellationToken) =>
        new ScramExchange(hash, await login(cancellationToken).ConfigureAwait(false), isToken, ScramExchange.NewNonce());
}
