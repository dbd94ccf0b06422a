using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using LogBroker.Client;

namespace LogBroker.AdminCli.Profiles;

/// <summary>The settings that say how a cluster is reached safely: <c>security.protocol</c>, <c>ssl.*</c> and <c>sasl.*</c>. Keys and
/// certificates are PEM files.</summary>
internal static partial class SecuritySettings
{
    private static readonly string[] Protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];
    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"];

    public static IReadOnlyList<string> Names { get; } =
    [
        "security.protocol", "ssl.truststore.location", "ssl.keystore.location", "ssl.key.location", "ssl.endpoint.identification.algorithm",
        "sasl.mechanism", "sasl.username", "sasl.password", "sasl.jaas.config", "sasl.oauthbearer.token.endpoint.url",
        "sasl.oauthbearer.client.credentials.client.id", "sasl.oauthbearer.client.credentials.client.secret", "sasl.oauthbearer.scope",
    ];

    /// <summary>Whether a setting's value is not to be shown.</summary>
    public static bool IsSecret(string name) =>
        name.EndsWith("password", StringComparison.Ordinal) || name.EndsWith("secret", StringComparison.Ordinal) || name == "sasl.jaas.config";

    /// <exception cref="CommandException">A value cannot be read, or what it names is not there.</exception>
    public static ClientOptions Apply(ClientOptions options, IReadOnlyDictionary<string, string> values)
    {
        string protocol = OneOf("security.protocol", values.GetValueOrDefault("security.protocol") ?? Implied(values), Protocols);
        return options with
        {
            Tls = protocol.EndsWith("SSL", StringComparison.Ordinal) ? Tls(values) : null,
            Sasl = protocol.StartsWith("SASL", StringComparison.Ordinal) ? Sasl(values) : null,
        };
    }

    /// <summary>What is meant when only settings of it are given.</summary>
    private static string Implied(IReadOnlyDictionary<string, string> values)
    {
        string tls = values.Keys.Any(name => name.StartsWith("ssl.", StringComparison.Ordinal)) ? "SSL" : "PLAINTEXT";
        return values.Keys.Any(name => name.StartsWith("sasl.", StringComparison.Ordinal)) ? $"SASL_{tls}" : tls;
    }

    private static TlsOptions Tls(IReadOnlyDictionary<string, string> values)
    {
        try
        {
            string? trusted = values.GetValueOrDefault("ssl.truststore.location");
            string? certificate = values.GetValueOrDefault("ssl.keystore.location");
            return new TlsOptions
            {
                CertificateAuthorities = trusted is null ? null : Authorities(trusted),
                ClientCertificate = certificate is null
                    ? null
                    : X509Certificate2.CreateFromPemFile(certificate, values.GetValueOrDefault("ssl.key.location")),
                ChecksHostName = values.GetValueOrDefault("ssl.endpoint.identification.algorithm") is not "",
            };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The certificates of ssl.* cannot be read: {e.Message}", "They must be PEM files.", ExitCodes.WrongUsage);
        }
    }

    /// <summary>Those of a file. One without any, such as a keystore of Java, would have every broker refused.</summary>
    private static X509Certificate2Collection Authorities(string path) => TlsOptions.ReadAuthorities(path) is { Count: > 0 } found
        ? found
        : throw new CommandException(
            $"ssl.truststore.location: {path} holds no certificate.",
            "It must be a PEM file; keytool -exportcert -rfc -alias NAME -keystore FILE writes one of a Java keystore",
            ExitCodes.WrongUsage);

    private static SaslCredentials Sasl(IReadOnlyDictionary<string, string> values)
    {
        string mechanism = OneOf("sasl.mechanism", values.GetValueOrDefault("sasl.mechanism") ?? "PLAIN", Mechanisms);
        return mechanism switch
        {
            "PLAIN" => SaslCredentials.Plain(User(values), Password(values)),
            "SCRAM-SHA-256" => SaslCredentials.ScramSha256(User(values), Password(values)),
            "SCRAM-SHA-512" => SaslCredentials.ScramSha512(User(values), Password(values)),
            _ => SaslCredentials.OAuthClientCredentials(new OAuthClientCredentialsOptions
            {
                TokenEndpoint = Uri.TryCreate(Needed(values, "sasl.oauthbearer.token.endpoint.url"), UriKind.Absolute, out Uri? endpoint)
                    ? endpoint
                    : throw new CommandException("sasl.oauthbearer.token.endpoint.url is no address.", null, ExitCodes.WrongUsage),
                ClientId = Needed(values, "sasl.oauthbearer.client.credentials.client.id"),
                ClientSecret = Needed(values, "sasl.oauthbearer.client.credentials.client.secret"),
                Scope = values.GetValueOrDefault("sasl.oauthbearer.scope"),
            }),
        };
    }

    private static string User(IReadOnlyDictionary<string, string> values) => OfJaas(values, "username") ?? Needed(values, "sasl.username");

    private static string Password(IReadOnlyDictionary<string, string> values) => OfJaas(values, "password") ?? Needed(values, "sasl.password");

    private static string? OfJaas(IReadOnlyDictionary<string, string> values, string field) =>
        values.TryGetValue("sasl.jaas.config", out string? jaas)
            ? JaasField().Matches(jaas).FirstOrDefault(match => match.Groups["name"].Value == field)?.Groups["value"].Value
            : null;

    private static string Needed(IReadOnlyDictionary<string, string> values, string name) => values.GetValueOrDefault(name) is { Length: > 0 } value
        ? value
        : throw new CommandException($"{name} is not set, and sasl.mechanism needs it.", $"-X {name}=... or a profile that has it", ExitCodes.WrongUsage);

    private static string OneOf(string name, string value, string[] known) => known.FirstOrDefault(word => word.Equals(value, StringComparison.OrdinalIgnoreCase))
        ?? throw new CommandException(
            $"{name} is \"{value}\": it must be one of {string.Join(", ", known)}.{NearestName.Question(value, known)}", null, ExitCodes.WrongUsage);

    [GeneratedRegex("""(?<name>\w+)="(?<value>[^"]*)"|(?<name>\w+)='(?<value>[^']*)'""")]
    private static partial Regex JaasField();
}
