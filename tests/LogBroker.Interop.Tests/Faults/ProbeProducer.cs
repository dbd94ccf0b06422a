using System.Text;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests.Faults;

/// <summary>Publishes one record with no retry, to see the error code that the broker answers.</summary>
internal sealed class ProbeProducer(BrokerProcess broker, string topic)
{
    // librdkafka's text for KAFKA_STORAGE_ERROR (56).
    public const string StorageError = "Broker: Disk error when trying to access log file on disk";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    // More than the slack at the end of a file's last block.
    private static readonly byte[] Record = Encoding.ASCII.GetBytes(new string('p', 100_000) + "\n");

    public Task AwaitRefusalAsync() => AwaitAsync(errors => errors.Contains(StorageError, StringComparison.Ordinal), "storage error");

    public Task AwaitAcceptanceAsync() => AwaitAsync(errors => errors.Length == 0, "acknowledgement");

    private Task AwaitAsync(Func<string, bool> reached, string wanted)
    {
        string last = "nothing sent yet";
        return Deadline.PollAsync(
            async () => reached(last = await PublishAsync()),
            Limit,
            () => $"no {wanted}; the last answer was '{last}'\n{broker.Log}");
    }

    /// <summary>What the client complained of; empty when the record was acknowledged.</summary>
    private async Task<string> PublishAsync()
    {
        ProcessCommand command = KcatClient.Command(
            broker.Bootstrap, "-P", "-t", topic, "-p", "0", "-X", "acks=all", "-X", "retries=0", "-X", "message.timeout.ms=10000");
        ProcessOutcome outcome = await ChildProcess.RunAsync(command, Record);
        return outcome.ExitCode == 0 ? outcome.Errors : $"exit code {outcome.ExitCode} {outcome.Errors}";
    }
}
