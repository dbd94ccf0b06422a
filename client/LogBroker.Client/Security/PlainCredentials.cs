using System.Text;

namespace LogBroker.Client.Security;

/// <summary>PLAIN (RFC 4616).</summary>
internal sealed class PlainCredentials(Func<CancellationToken, ValueTask<SaslLogin>> login) : SaslCredentials
{
    internal override string Mechanism => "PLAIN";

    internal override async ValueTask<SaslExchange> BeginAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var (userName, password) = await login(cancellationToken).ConfigureAwait(false);
        return new Exchange(Encoding.UTF8.GetBytes($"\0{userName}\0{password}"));
    }

    private sealed class Exchange(byte[] first) : SaslExchange
    {
        public override byte[] First => first;

        public override byte[]? Answer(ReadOnlySpan<byte> challenge) => null;
    }
}
