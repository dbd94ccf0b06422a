using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether the volumes of the log directories have room.</summary>
internal sealed class DiskCheck : IDoctorCheck
{
    private const double WarningShare = 0.15;
    private const double ProblemShare = 0.05;

    public string Name => "disk";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        AdminResults<int, IReadOnlyList<LogDirectory>> brokers = await patient.Admin.LogDirectories.DescribeAsync(cancellationToken: cancelled);
        return
        [
            .. brokers.Values.SelectMany(broker => broker.Value.Where(directory => directory.Failure is null).Select(directory => Of(broker.Key, directory))),
            .. brokers.Failures.Select(failure => new Finding(Name, Verdict.Problem, failure.Value.Message)),
        ];
    }

    private Finding Of(int broker, LogDirectory directory)
    {
        string place = $"broker {broker}: {directory.Path}";
        if (directory is not { TotalBytes: > 0 and { } total, UsableBytes: { } usable }) return new Finding(Name, Verdict.Skipped, $"{place}: the broker does not tell how full its volume is");
        double share = (double)usable / total;
        string message = $"{place}: {SizeText.Of(usable)} of {SizeText.Of(total)} are free";
        Verdict verdict = share < ProblemShare ? Verdict.Problem : share < WarningShare ? Verdict.Warning : Verdict.Ok;
        return new Finding(
            Name, verdict, message, verdict == Verdict.Ok ? null : "Lower retention.bytes or retention.ms of the largest topics, or give the volume more room.");
    }
}
