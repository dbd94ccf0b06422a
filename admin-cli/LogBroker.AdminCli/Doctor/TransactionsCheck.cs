using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Transactions;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Whether transactions hang.</summary>
internal sealed class TransactionsCheck : IDoctorCheck
{
    private static readonly TimeSpan LongestAllowed = TimeSpan.FromMinutes(15);

    public string Name => "transactions";

    public async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancelled)
    {
        try
        {
            (IReadOnlyList<OpenTransaction> hanging, int unseen) = await OpenTransaction.FindHangingAsync(
                patient.Admin, null, LongestAllowed, patient.Time.GetUtcNow(), cancelled);
            if (hanging.Count == 0 && unseen == 0) return [new Finding(Name, Verdict.Ok, "no transaction hangs")];
            Finding[] left = unseen == 0 ? [] : [new Finding(Name, Verdict.Warning, $"{CountText.Of(unseen, "partition")} without a leader cannot be looked at", "./logbroker cluster health")];
            return
                [
                    .. left,
                    .. hanging.Select(open => new Finding(
                        Name,
                        Verdict.Problem,
                        $"a transaction of producer {open.Producer.ProducerId} hangs in {open.Partition}: read-committed consumers do not get past it",
                        $"./logbroker txn abort --topic {open.Partition.Topic} --partition {open.Partition.Partition} --start-offset {open.Producer.CurrentTransactionStart}")),
                ];
        }
        catch (KafkaException e) when (e.ErrorCode == ErrorCode.UnsupportedVersion)
        {
            return [new Finding(Name, Verdict.Skipped, "the brokers do not tell of transactions")];
        }
    }
}
