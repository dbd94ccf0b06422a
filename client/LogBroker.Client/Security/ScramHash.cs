using System.Security.Cryptography;

namespace LogBroker.Client.Security;

/// <summary>The hash a SCRAM mechanism is built on.</summary>
internal sealed record ScramHash(string Mechanism, HashAlgorithmName Algorithm, int SizeBytes)
{
    public static readonly ScramHash Sha256 = new("SCRAM-SHA-256", HashAlgorithmName.SHA256, 32);

    public static readonly ScramHash Sha512 = new("SCRAM-SHA-512", HashAlgorithmName.SHA512, 64);

    public byte[] Hash(byte[] data) => CryptographicOperations.HashData(Algorithm, data);

    public byte[] Hmac(byte[] key, byte[] data) => CryptographicOperations.HmacData(Algorithm, key, data);

    public byte[] Salted(byte[] password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, Algorithm, SizeBytes);
}
