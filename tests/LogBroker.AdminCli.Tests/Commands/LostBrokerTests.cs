using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>A broker that goes away while a topic is followed.</summary>
public sealed class LostBrokerTests
{
    [Theory]
    [InlineData("--follow --from start")]
    [InlineData("--group g")]
    public async Task Consume_WhoseBrokerGoesAwayAndComesBack_SaysBothOnce(string way)
    {
        await using ClientTarget target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("lost");
        await target.ProduceAsync(topic, 1);
        var error = new AwaitedText("cannot be reached any more");
        var output = new AwaitedText("v0");
        Task<CommandResult> following = new CommandLineUnderTest(target) { Error = error }.RunAsync($"consume {topic} {way} -n 2", output);
        await output.WhenThere;

        await target.StopAsync();
        await error.WhenThere;
        await target.StartAgainAsync();
        await target.ProduceAsync(topic, 1);

        CommandResult followed = (await following).Done();
        Assert.Equal(["v0", "v0"], followed.Lines);
        string[] notes = [.. followed.Error.Split('\n').Where(line => line.StartsWith("note: the ", StringComparison.Ordinal))];
        Assert.Equal(2, notes.Length);
        Assert.Matches(@"^note: the broker 1 \(127.0.0.1:\d+\) cannot be reached any more: .*[^.]\. Trying on\.$", notes[0]);
        Assert.Matches(@"^note: the broker 1 \(127.0.0.1:\d+\) is back\.$", notes[1]);
    }
}
