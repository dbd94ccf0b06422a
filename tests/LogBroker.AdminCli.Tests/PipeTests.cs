using LogBroker.Client;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests;

public sealed class PipeTests
{
    [Fact]
    public async Task Follow_IntoAReaderThatHasEnough_Ends()
    {
        if (OperatingSystem.IsWindows()) return;
        await using ClientTarget target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("pipe", 1);
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<Null, string>();
        using var over = new CancellationTokenSource();
        Task producing = ProduceUntilAsync(producer, topic, over.Token);

        string[] lines = await ProgramInShell.RunAsync($"timeout 60 dotnet $program_path consume {topic} --follow | head -n 2", target.Bootstrap);

        await over.CancelAsync();
        await producing;
        Assert.Equal(2, lines.Length);
    }

    // The reader's going is noticed with the next record.
    private static async Task ProduceUntilAsync(Producer<Null, string> producer, string topic, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await producer.ProduceAsync(topic, default, "value", CancellationToken.None);
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
