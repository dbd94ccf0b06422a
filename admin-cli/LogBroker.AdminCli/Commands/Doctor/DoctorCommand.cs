using System.CommandLine;
using LogBroker.AdminCli.Doctor;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Doctor;

/// <summary>Looks for what is wrong with a cluster and this machine, and says what to do.</summary>
internal sealed class DoctorCommand : VerbCommand
{
    private readonly Option<string?> _http = new("--http") { Description = "Where a broker tells its health; http://HOST:9644 of the first bootstrap server when not said", HelpName = "address" };

    public DoctorCommand(CommandEnvironment environment)
        : base("doctor", "Look for what is wrong, and say what to do; ends with 1 when something does not work", environment) => Add(_http);

    private static IDoctorCheck[] Checks =>
    [
        new PortsCheck(), new VersionsCheck(), new PartitionsCheck(), new DiskCheck(), new OpenFilesCheck(), new ClockCheck(), new GroupsCheck(), new TransactionsCheck(),
    ];

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string servers = context.Connection.BootstrapServers;
        Uri? http = Uri.TryCreate(parsed.GetValue(_http) ?? $"http://{servers.Split(',')[0].Split(':')[0]}:9644", UriKind.Absolute, out Uri? address) ? address : null;
        var patient = new Patient(context.Client, servers, http, context.Environment.Time);
        await context.Admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        var findings = new List<Finding>();
        foreach (IDoctorCheck check in Checks) findings.AddRange(await LookAsync(check, patient, cancelled));
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

    /// <summary>A check that cannot be made does not keep the others from being made.</summary>
    private static async Task<IReadOnlyList<Finding>> LookAsync(IDoctorCheck check, Patient patient, CancellationToken cancelled)
    {
        try
        {
            return await check.LookAsync(patient, cancelled);
        }
        catch (KafkaException e)
        {
            return [new Finding(check.Name, Verdict.Problem, e.Message)];
        }
    }
}
