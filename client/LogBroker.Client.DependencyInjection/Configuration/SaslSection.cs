namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>Who the client is, by Kafka's names of the mechanisms.</summary>
internal sealed class SaslSection
{
    public string? Mechanism { get; set; }
    public string? UserName { get; set; }
    public string? Password { get; set; }
    public Uri? TokenEndpoint { get; set; }
    public string? ClientId { get; set; }
    public string? ClientSecret { get; set; }
    public string? Scope { get; set; }

    /// <exception cref="ClientOptionsException">The mechanism is unknown, or what it needs is missing.</exception>
    public SaslCredentials ToCredentials() => Mechanism?.ToUpperInvariant() switch
    {
        "PLAIN" => SaslCredentials.Plain(Need(UserName), Need(Password, nameof(Password))),
        "SCRAM-SHA-256" => SaslCredentials.ScramSha256(Need(UserName), Need(Password, nameof(Password))),
        "SCRAM-SHA-512" => SaslCredentials.ScramSha512(Need(UserName), Need(Password, nameof(Password))),
        "OAUTHBEARER" => SaslCredentials.OAuthClientCredentials(new OAuthClientCredentialsOptions
        {
            TokenEndpoint = TokenEndpoint ?? throw Missing(nameof(TokenEndpoint)),
            ClientId = Need(ClientId, nameof(ClientId)),
            ClientSecret = Need(ClientSecret, nameof(ClientSecret)),
            Scope = Scope,
        }),
        null => throw Missing(nameof(Mechanism)),
        _ => throw new ClientOptionsException(
            $"Sasl:Mechanism is \"{Mechanism}\": write PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER."),
    };

    private string Need(string? value, string setting = nameof(UserName)) =>
        string.IsNullOrEmpty(value) ? throw Missing(setting) : value;

    private ClientOptionsException Missing(string setting) =>
        new($"Sasl:{setting} is not set{(Mechanism is null ? "" : $", and {Mechanism} needs it")}.");
}
