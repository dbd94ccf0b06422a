using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>TLS by files in PEM.</summary>
internal sealed class TlsSection
{
    /// <summary>False turns TLS off though the section is there.</summary>
    public bool Enabled { get; set; } = true;
    public string? CertificateAuthorities { get; set; }
    public string? ClientCertificate { get; set; }
    public string? ClientCertificateChain { get; set; }
    public string? ClientKey { get; set; }
    public string? ClientKeyPassword { get; set; }
    public string? TargetHost { get; set; }
    public bool? ChecksHostName { get; set; }
    public bool? ChecksRevocation { get; set; }

    /// <exception cref="ClientOptionsException">A file cannot be read.</exception>
    public TlsOptions? ToOptions()
    {
        if (!Enabled) return null;
        var options = new TlsOptions { TargetHost = TargetHost };
        return options with
        {
            CertificateAuthorities =
                Read(nameof(CertificateAuthorities), CertificateAuthorities, TlsOptions.ReadAuthorities),
            ClientCertificate = Read(nameof(ClientCertificate), ClientCertificate, ReadCertificate),
            // A certificate's file may have its chain behind it, as Kafka's own PEM files have.
            ClientCertificateChain = ClientCertificateChain is null
                ? Read(nameof(ClientCertificate), ClientCertificate, ReadRest)
                : Read(nameof(ClientCertificateChain), ClientCertificateChain, TlsOptions.ReadAuthorities),
            ChecksHostName = ChecksHostName ?? options.ChecksHostName,
            ChecksRevocation = ChecksRevocation ?? options.ChecksRevocation,
        };
    }

    private X509Certificate2 ReadCertificate(string path) => ClientKeyPassword is { } password
        ? X509Certificate2.CreateFromEncryptedPemFile(path, password, ClientKey)
        : X509Certificate2.CreateFromPemFile(path, ClientKey);

    private static X509Certificate2Collection ReadRest(string path)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        if (all.Count > 0) all.RemoveAt(0);
        return all;
    }

    private static T? Read<T>(string setting, string? path, Func<string, T> read)
        where T : class
    {
        if (string.IsNullOrEmpty(path)) return null;
        try
        {
            return read(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ClientOptionsException($"Tls:{setting} is {path}, which cannot be read: {unreadable.Message}");
        }
    }
}
