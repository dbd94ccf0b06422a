using System.Text;

namespace LogBroker.Client.Security;

/// <summary>OAUTHBEARER (RFC 7628).</summary>
internal sealed class OAuthBearerCredentials(
    Func<TimeProvider, CancellationToken, ValueTask<OAuthBearerToken>> token) : SaslCredentials
{
    internal override string Mechanism => "OAUTHBEARER";

    internal override async ValueTask<SaslExchange> BeginAsync(TimeProvider time, CancellationToken cancellationToken) =>
        new Exchange(await token(time, cancellationToken).ConfigureAwait(false));

    private sealed class Exchange(OAuthBearerToken token) : SaslExchange
    {
        public override byte[] First
        {
            get
            {
                var text = new StringBuilder("n,,\u0001auth=Bearer ").Append(token.Value).Append('\u0001');
                foreach (var (name, value) in token.Extensions) text.Append(name).Append('=').Append(value).Append('\u0001');
                return Encoding.UTF8.GetBytes(text.Append('\u0001').ToString());
            }
        }

        /// <summary>A challenge that is not empty tells an error; the broker says it in words after this.</summary>
        public override byte[]? Answer(ReadOnlySpan<byte> challenge) => challenge.IsEmpty ? null : [1];
    }
}
