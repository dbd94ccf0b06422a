using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LogBroker.Client.Security;

/// <summary>One SCRAM authentication: the client proves that it knows the password, and so does the broker.</summary>
internal sealed class ScramExchange : SaslExchange
{
    /// <summary>Fewer rounds would make a stolen exchange easy to try passwords on; Kafka's own bound.</summary>
    private const int IterationsMin = 4096;

    /// <summary>More would let whoever answers keep the client's processor busy: this is about a second, and far above what brokers
    /// use.</summary>
    private const int IterationsMax = 1_000_000;

    /// <summary>No channel binding, no other identity.</summary>
    private const string Header = "n,,";

    private readonly ScramHash _hash;
    private readonly SaslLogin _login;
    private readonly string _nonce;
    private readonly string _firstBare;
    private byte[]? _serverSignature;

    public ScramExchange(ScramHash hash, SaslLogin login, bool isToken, string nonce)
    {
        _hash = hash;
        _login = login;
        _nonce = nonce;
        string name = login.UserName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _firstBare = $"n={name},r={nonce}{(isToken ? ",tokenauth=true" : "")}";
    }

    public override byte[] First => Encoding.UTF8.GetBytes(Header + _firstBare);

    public static string NewNonce() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public override byte[]? Answer(ReadOnlySpan<byte> challenge)
    {
        string text = Encoding.UTF8.GetString(challenge);
        try
        {
            if (_serverSignature is null) return Prove(text);
            Check(text);
            return null;
        }
        catch (FormatException)
        {
            throw Broken("it is not Base64 where it has to be");
        }
    }

    /// <summary>Answers salt, rounds and nonce with the proof.</summary>
    private byte[] Prove(string serverFirst)
    {
        string nonce = Part(serverFirst, "r");
        if (!nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
            throw Broken("its nonce does not continue the client's");
        byte[] salt = Convert.FromBase64String(Part(serverFirst, "s"));
        bool isNumber = int.TryParse(Part(serverFirst, "i"), NumberStyles.None, CultureInfo.InvariantCulture, out int iterations);
        if (!isNumber || iterations is < IterationsMin or > IterationsMax)
            throw Broken($"it wants {Part(serverFirst, "i")} rounds, and {IterationsMin} to {IterationsMax} are taken");
        string finalBare = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(Header))},r={nonce}";
        byte[] signed = Encoding.UTF8.GetBytes($"{_firstBare},{serverFirst},{finalBare}");

        byte[] salted = _hash.Salted(Encoding.UTF8.GetBytes(_login.Password), salt, iterations);
        byte[] clientKey = _hash.Hmac(salted, "Client Key"u8.ToArray());
        byte[] proof = _hash.Hmac(_hash.Hash(clientKey), signed);
        for (int i = 0; i < proof.Length; i++) proof[i] ^= clientKey[i];
        _serverSignature = _hash.Hmac(_hash.Hmac(salted, "Server Key"u8.ToArray()), signed);
        return Encoding.UTF8.GetBytes($"{finalBare},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>The broker proves that it knows the password too.</summary>
    private void Check(string serverFinal)
    {
        if (serverFinal.StartsWith("e=", StringComparison.Ordinal)) throw Broken(serverFinal[2..]);
        byte[] signature = Convert.FromBase64String(Part(serverFinal, "v"));
        if (!CryptographicOperations.FixedTimeEquals(signature, _serverSignature))
            throw Broken("it did not prove that it knows the password; it may be somebody else's");
    }

    private string Part(string message, string name)
    {
        foreach (string part in message.Split(','))
        {
            if (part.StartsWith(name + "=", StringComparison.Ordinal)) return part[(name.Length + 1)..];
        }
        throw Broken($"its message has no {name}=");
    }

    private AuthenticationFailedException Broken(string reason) => new($"The broker's part of {_hash.Mechanism} is wrong: {reason}.");
}
