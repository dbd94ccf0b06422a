using System.CommandLine;
using System.Net;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Doctor;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Doctor;

/// <summary>Looks for what is wrong with a cluster and this machine, and says what to do.</summary>
internal sealed class DoctorCommand : VerbCommand
{
    private const int HttpPort = 9644;

    private readonly Option<string?> _http = new("--http") { Description = "Where a broker tells its health; http://HOST:9644 of the first bootstrap server when not said", HelpName = "address" };
    private readonly Option<string?> _data = new("--data") { Description = "A data directory on this machine; those of the first bootstrap server when not said and it is on this machine", HelpName = "directory" };

    private readonly Option<string> _maxLag = new("--max-lag") { Description = "How far behind a group may be", HelpName = "duration", DefaultValueFactory = _ => "5m" };

    public DoctorCommand(CommandEnvironment environment)
        : base("doctor", "Look for what is wrong, and say what to do; ends with 1 when something does not work", environment)
    {
        Add(_http);
        Add(_data);
        Add(_maxLag);
    }

    protected override bool ToldByItself => true;

    private static IDoctorCheck[] Checks =>
    [
        new PortsCheck(), new VersionsCheck(), new PartitionsCheck(), new DiskCheck(), new DataDirectoryCheck(),
        new OpenFilesCheck(), new ClockCheck(), new GroupsCheck(), new TransactionsCheck(),
    ];

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        IReadOnlyList<DnsEndPoint> servers = context.Connection.Addresses;
        (IReadOnlyList<AdvertisedBroker> brokers, CommandException? silence) = await FindBrokersAsync(context, cancelled);
        var patient = new Patient(
            context.Client,
            [.. servers.Where(LocalListeners.AreOf).Select(server => server.Port)],
            HttpAddress(parsed.GetValue(_http), servers),
            await FindDirectoriesAsync(context, parsed.GetValue(_data), servers, silence, cancelled),
            context.Environment.Time)
        { LateAfter = PointInTime.ParseDuration(parsed.GetRequiredValue(_maxLag)), Brokers = brokers, Silence = silence, Patience = context.Environment.DetailPatience };
        Finding[] findings = [.. (await Task.WhenAll(Checks.Select(check => LookAsync(check, patient, cancelled)))).SelectMany(found => found)];
        context.Results.Write(new Listing<Finding>(
            findings,
            new("check", finding => finding.Check),
            new("verdict", finding => finding.Verdict.ToString().ToLowerInvariant()) { Tone = finding => ToneOf(finding.Verdict) },
            new("finding", finding => finding.Message) { Wraps = true },
            new("advice", finding => finding.Advice) { Wraps = true, Tone = _ => Tone.Accent }));
        return findings.Any(finding => finding.Verdict == Verdict.Problem) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static Tone ToneOf(Verdict verdict) => verdict switch
    {
        Verdict.Ok => Tone.Good,
        Verdict.Warning => Tone.Warning,
        Verdict.Problem => Tone.Bad,
        _ => Tone.Plain,
    };

    /// <summary>Where brokers say they are, and why the cluster cannot be asked; null when it can be.</summary>
    private static async Task<(IReadOnlyList<AdvertisedBroker> Brokers, CommandException? Silence)> FindBrokersAsync(CommandContext context, CancellationToken cancelled)
    {
        try
        {
            ClusterDescription cluster = await context.Admin.Cluster.DescribeAsync(cancellationToken: cancelled);
            IReadOnlyList<AdvertisedBroker> brokers = await AdvertisedBroker.OfAsync(cluster, context.Connection, cancelled);
            return (brokers, brokers.All(broker => broker.Refusal is not null) ? AdvertisedBroker.Misleading(brokers, context.Connection) : null);
        }
        catch (KafkaException e) when (FailureText.IsUnreachable(e))
        {
            return ([], await BootstrapProbe.ExplainAsync(e, context.Connection, cancelled));
        }
        catch (KafkaException e)
        {
            return ([], new CommandException(e.Message, FailureText.Of(e)?.Next));
        }
    }

    /// <summary>The one that is said; else those the brokers of this machine name, or where one that is not up would have its own.</summary>
    private static async Task<IReadOnlyList<string>> FindDirectoriesAsync(
        CommandContext context, string? said, IReadOnlyList<DnsEndPoint> servers, CommandException? silence, CancellationToken cancelled)
    {
        if (said is not null) return [said];
        if (!servers.Any(LocalListeners.AreOf)) return [];
        if (silence is not null) return Directory.Exists("data") ? ["data"] : [];
        try
        {
            AdminResults<int, IReadOnlyList<LogDirectory>> brokers = await context.Admin.LogDirectories.DescribeAsync(cancellationToken: cancelled);
            // One in a container has its own folders.
            return [.. brokers.Values.SelectMany(broker => broker.Value).Select(directory => directory.Path).Where(DirectorySigns.HasAny).Distinct()];
        }
        catch (KafkaException)
        {
            // Why they are not told, the check of the disks says.
            return [];
        }
    }

    private static Uri? HttpAddress(string? said, IReadOnlyList<DnsEndPoint> servers)
    {
        if (said is not null)
        {
            string full = said.Contains("://", StringComparison.Ordinal) ? said : $"http://{said}";
            return Uri.TryCreate(full, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? address
                : throw new CommandException($"\"{said}\" is no HTTP address: write http://HOST:9644.", null, ExitCodes.WrongUsage);
        }
        return servers is [var first, ..] ? new UriBuilder(Uri.UriSchemeHttp, first.Host, HttpPort).Uri : null;
    }

    /// <summary>A check that cannot be made does not keep the others from being made.</summary>
    private static async Task<IReadOnlyList<Finding>> LookAsync(IDoctorCheck check, Patient patient, CancellationToken cancelled)
    {
        if (check.NeedsCluster && patient.Silence is not null) return [new Finding(check.Name, Verdict.Skipped, "no broker can be reached")];
        try
        {
            return await check.LookAsync(patient, cancelled);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return [new Finding(check.Name, Verdict.Problem, e.Message)];
        }
    }
}
