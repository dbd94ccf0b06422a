using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether the broker's clock and the one here agree: retention and time lag are counted by clocks.</summary>
internal sealed class ClockCheck : IDoctorCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public string Name => "clock";

    public bool NeedsCluster => false;

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        if (patient.HttpAddress is null) return [new Finding(Name, Verdict.Skipped, "needs the broker's HTTP address: --http http://HOST:9644")];
        try
        {
            using var http = new HttpClient { Timeout = patient.Patience };
            using HttpResponseMessage answer = await http.GetAsync(new Uri(patient.HttpAddress, "/health"), cancelled);
            if (answer.Headers.Date is not { } there) return [new Finding(Name, Verdict.Skipped, $"{patient.HttpAddress} does not tell the time")];
            TimeSpan apart = (patient.Time.GetUtcNow() - there).Duration();
            return
            [
                apart <= Tolerance
                    ? new Finding(Name, Verdict.Ok, "the broker's clock and the one here agree")
                    : new Finding(Name, Verdict.Warning, $"the broker's clock and the one here are {TimeText.Of(apart)} apart", "Run NTP on both machines: retention and lag are counted by clocks."),
            ];
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancelled.IsCancellationRequested)
        {
            return [new Finding(Name, Verdict.Skipped, $"{patient.HttpAddress} does not answer; --http names another")];
        }
    }
}
