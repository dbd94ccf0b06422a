using System.CommandLine;
using System.Net;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Commands;
using LogBroker.Client;
using Microsoft.Extensions.Logging;

namespace LogBroker.AdminCli.Profiles;

/// <summary>Which cluster is meant and how it is reached: a flag before the environment, before the profile, before the default. A profile that
/// a flag names counts as a flag.</summary>
/// <param name="BootstrapServers">Brokers to ask, separated by commas.</param>
/// <param name="Settings">The client's settings by Kafka's names.</param>
/// <param name="Timeout">How long a call goes on trying.</param>
internal sealed record ConnectionSettings(string BootstrapServers, IReadOnlyDictionary<string, string> Settings, TimeSpan Timeout)
{
    private static readonly TimeSpan PropagationMax = TimeSpan.FromSeconds(2);

    /// <inheritdoc cref="CommandEnvironment.AddressPatience"/>
    public TimeSpan AddressPatience { get; init; } = TimeSpan.FromSeconds(1);

    public const string DefaultServers = "localhost:9092";
    public const string ServersVariable = "LOGBROKER_BOOTSTRAP_SERVERS";
    public const string ProfileVariable = "LOGBROKER_PROFILE";

    /// <exception cref="CommandException">The profile that was named is not there, or a setting is not written key=value.</exception>
    public static ConnectionSettings Of(CommandEnvironment environment, ParseResult parsed)
    {
        ProfileBook book = ProfileFile.Of(environment.Variables).Read();
        string? named = parsed.GetValue(GlobalOptions.Profile);
        string? name = ProfileNameOf(environment, parsed, book);
        Profile? profile = name is null ? null : book.Profiles.GetValueOrDefault(name);
        if (name is not null && profile is null)
        {
            throw new CommandException(
                $"There is no profile {name}.{NearestName.Question(name, book.Profiles.Keys)}", "./logbroker profile list", ExitCodes.WrongUsage);
        }

        string servers = parsed.GetValue(GlobalOptions.BootstrapServers)
            ?? (named is null ? null : profile!.BootstrapServers)
            ?? Variable(environment, ServersVariable)
            ?? profile?.BootstrapServers
            ?? DefaultServers;
        var layers = new SettingLayers();
        var ofProfile = new Dictionary<string, string>(profile?.Settings ?? []);
        string[] ofOthers = profile is null || ServerList.Holds(profile.Servers, servers) ? [] : [.. SecuritySettings.Names.Where(ofProfile.Remove)];
        var ofEnvironment = SettingVariables.Of(environment);
        if (named is null) layers.Add(ofProfile).Add(ofEnvironment);
        else layers.Add(ofEnvironment).Add(ofProfile);
        if (parsed.GetResult(GlobalOptions.Timeout) is { Implicit: false }) layers.Forget(ClientSettings.Timeouts);
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in parsed.GetValue(GlobalOptions.Settings) ?? []) Add(said, pair);
        IReadOnlyDictionary<string, string> settings = layers.Add(said).Settings;
        return new ConnectionSettings(servers, settings, TimeSpan.FromSeconds(parsed.GetValue(GlobalOptions.Timeout)))
        {
            AddressPatience = environment.AddressPatience,
            ProductionProfile = profile is { IsProduction: true } ? name : book.ProductionOf(servers),
            Caution = ofOthers.Length == 0
                ? null
                : $"note: {servers} is not where profile {name} is ({profile!.Servers}): its {string.Join(", ", ofOthers)} {(ofOthers.Length == 1 ? "is" : "are")} left out; -X says others.",
        };
    }

    /// <summary>The profile marked production whose cluster is meant, or that is in use; null when there is none.</summary>
    public string? ProductionProfile { get; init; }

    /// <summary>What of a profile was left out, for the user to know; null when nothing was.</summary>
    /// <remarks>Who comes, and by which certificates, is for the profile's own servers: others are not told.</remarks>
    public string? Caution { get; init; }

    /// <summary>The name of the profile that is meant: by a flag, by the environment, or in use; null for none.</summary>
    public static string? ProfileNameOf(CommandEnvironment environment, ParseResult parsed, ProfileBook book) =>
        parsed.GetValue(GlobalOptions.Profile) ?? Variable(environment, ProfileVariable) ?? book.Current;

    /// <summary>The options of the client that reaches it.</summary>
    /// <param name="loggerFactory">Where the client writes what it does.</param>
    /// <exception cref="ClientOptionsException">One of them cannot be worked with.</exception>
    /// <exception cref="CommandException">A setting cannot be read.</exception>
    public ClientOptions ToClientOptions(ILoggerFactory loggerFactory)
    {
        var defaults = new ClientOptions
        {
            BootstrapServers = BootstrapServers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            ClientId = "logbroker-cli",
            ApiTimeout = Timeout,
            RequestTimeout = Timeout,
            ConnectTimeout = Timeout,
            // Somebody waits: a misspelt topic is told sooner than a program would.
            TopicPropagationMax = Timeout / 2 < PropagationMax ? Timeout / 2 : PropagationMax,
            EnableMetricsPush = false,
            LoggerFactory = loggerFactory,
        };
        return ClientSettings.Apply(defaults, Settings);
    }

    /// <summary>Where those brokers are; those that are no addresses are left out.</summary>
    public IReadOnlyList<DnsEndPoint> Addresses =>
        [.. BootstrapServers.Split(',').Select(server => ClientOptions.TryParseServer(server, out DnsEndPoint? address) ? address : null).OfType<DnsEndPoint>()];

    /// <summary>The first of them, as users type it.</summary>
    public string FirstServer => Addresses is [var first, ..] ? BootstrapProbe.NameOf(first) : BootstrapServers;

    /// <summary>Whether TLS is spoken to it.</summary>
    public bool AsksTls => Asks("ssl.", protocol => protocol.EndsWith("SSL", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether it is told who comes.</summary>
    public bool AsksSasl => Asks("sasl.", protocol => protocol.StartsWith("SASL", StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds a setting written key=value.</summary>
    /// <exception cref="CommandException">It is not written so, or there is none of that name.</exception>
    public static void Add(Dictionary<string, string> settings, string pair)
    {
        (string key, string value) = KeyValues.Split(pair);
        ClientSettings.Require(key);
        settings[key] = value;
    }

    private bool Asks(string settings, Func<string, bool> isMeant) => Settings.GetValueOrDefault("security.protocol") is { } protocol
        ? isMeant(protocol)
        : Settings.Keys.Any(key => key.StartsWith(settings, StringComparison.Ordinal));

    /// <summary>A variable that is empty is not set.</summary>
    private static string? Variable(CommandEnvironment environment, string name) => environment.Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
