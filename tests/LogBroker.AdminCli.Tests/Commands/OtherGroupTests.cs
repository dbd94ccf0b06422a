using System.Text.Json.Nodes;
using LogBroker.AdminCli.Commands;
using LogBroker.Client;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>The verbs of group against share groups and streams groups, which only Apache Kafka has so far.</summary>
public sealed class OtherGroupTests : IAsyncLifetime
{
    /// <summary>Heartbeats until a member has what it is to have, at most.</summary>
    private const int BeatsMax = 500;

    private readonly string _member = Guid.NewGuid().ToString();
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        if (!ClientTarget.IsKafka) return;
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
        await using LogBrokerClient client = _target.NewClient();
        // Who looks for a coordinator first has the broker make the topic that groups are kept in.
        await client.Admin.Groups.DescribeAsync(["nobody"]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [KafkaOnlyFact]
    public async Task ShareGroup_IsDescribedWatchedMovedAndDeleted()
    {
        string topic = await _target.CreateTopicAsync("shared");
        string group = ClientTarget.NewName("share");
        await _target.ProduceAsync(topic, 5);
        await ShareUntilAssignedAsync(group, topic);

        JsonNode member = Assert.Single((await _cli.RunAsync($"group members {group} -o json")).Done().Json.AsArray())!;
        Assert.Equal((_member, $"{topic}-0"), ((string?)member["member"], (string?)member["partitions"]![0]));
        JsonNode described = (await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!;
        Assert.Equal(("Share", "Stable", 1), ((string?)described["type"], (string?)described["state"], (int)described["members"]!));
        Assert.Equal(topic, (string?)described["partitionList"]![0]!["topic"]);
        Assert.Contains("has members", (await _cli.RunAsync($"group delete {group} --dry-run")).Failed().Output, StringComparison.Ordinal);
        string reset = $"group reset-offsets {group} --topic {topic}";
        Assert.Contains("has 1 member,", (await _cli.RunAsync($"{reset} --to-earliest --yes")).Failed().Error, StringComparison.Ordinal);

        await ShareAsync(group, topic, epoch: -1);
        Assert.StartsWith($"{topic}\t0\t", Assert.Single((await _cli.RunAsync($"{reset} --to-offset 3 --yes")).Done().Lines), StringComparison.Ordinal);
        JsonNode moved = (await _cli.RunAsync($"group watch {group} -n 1 -o json")).Done().Json;
        Assert.Equal((2, 3), ((long)moved["lag"]!, (long)moved["partitionList"]![0]!["committed"]!));
        (await _cli.RunAsync($"group delete {group}")).Done();
        Assert.Contains("There is no group", (await _cli.RunAsync($"group describe {group}")).Failed().Error, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task StreamsGroup_IsDescribedAndDeleted_AndItsResetIsLeftToWhoResetsItsState()
    {
        string topic = await _target.CreateTopicAsync("streamed", 2);
        string group = ClientTarget.NewName("streams");
        await _target.ProduceAsync(topic, 5, partition: 1);
        await StreamUntilAssignedAsync(group, topic, 2);

        JsonNode member = Assert.Single((await _cli.RunAsync($"group members {group} -o json")).Done().Json.AsArray())!;
        Assert.Equal((_member, "process"), ((string?)member["member"], (string?)member["process"]));
        Assert.Equal(["part_0", "part_1"], member["activeTasks"]!.AsArray().Select(task => (string)task!).Order());
        JsonNode described = (await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!;
        Assert.Equal(("Streams", 1), ((string?)described["type"], (int)described["members"]!));
        Assert.Equal([_member, _member], described["partitionList"]!.AsArray().Select(partition => (string?)partition!["member"]));
        Assert.Contains("is a streams group", (await _cli.RunAsync($"group reset-offsets {group} --topic {topic} --to-earliest --yes")).Failed().Error, StringComparison.Ordinal);
        Assert.Contains("has members", (await _cli.RunAsync($"group delete {group}")).Failed().Output, StringComparison.Ordinal);

        await StreamAsync(group, topic, epoch: -1, []);
        (await _cli.RunAsync($"group delete {group}")).Done();
        Assert.Contains("There is no group", (await _cli.RunAsync($"group members {group}")).Failed().Error, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task Consume_AsAMemberOfAShareGroup_SaysWhatItIs()
    {
        string topic = await _target.CreateTopicAsync("notours");
        string group = ClientTarget.NewName("taken");
        await ShareUntilAssignedAsync(group, topic);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.Contains($"Group {group} is a share group", (await _cli.RunAsync($"consume {topic} --group {group}", "", patience.Token)).Failed().Error, StringComparison.Ordinal);
    }

    private async Task ShareUntilAssignedAsync(string group, string topic)
    {
        int epoch = 0;
        ShareGroupHeartbeatResponse? heard = null;
        for (int beat = 0; beat < BeatsMax; beat++)
        {
            heard = await ShareAsync(group, topic, epoch);
            if (heard.ErrorCode == ErrorCode.None) epoch = heard.MemberEpoch;
            if (heard.Assignment is { TopicPartitions.IsEmpty: false }) return;
            await Task.Delay(20);
        }
        Assert.Fail($"The member has no partitions: {heard?.ErrorCode} {heard?.ErrorMessage}");
    }

    private async Task<ShareGroupHeartbeatResponse> ShareAsync(string group, string topic, int epoch)
    {
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", _target.Port);
        return await channel.SendAsync(
            new ShareGroupHeartbeatRequest { GroupId = group, MemberId = _member, MemberEpoch = epoch, SubscribedTopicNames = epoch < 0 ? null : [topic] }, 1);
    }

    private async Task StreamUntilAssignedAsync(string group, string topic, int tasks)
    {
        int epoch = 0;
        StreamsGroupHeartbeatRequest.TaskIds[] owned = [];
        StreamsGroupHeartbeatResponse? heard = null;
        for (int beat = 0; beat < BeatsMax && owned.Sum(part => part.Partitions.Length) < tasks; beat++)
        {
            heard = await StreamAsync(group, topic, epoch, owned);
            if (heard.ErrorCode == ErrorCode.None) epoch = heard.MemberEpoch;
            if (heard.ActiveTasks is { } active)
                owned = [.. active.Select(part => new StreamsGroupHeartbeatRequest.TaskIds { SubtopologyId = part.SubtopologyId, Partitions = part.Partitions })];
            await Task.Delay(20);
        }
        Assert.True(owned.Sum(part => part.Partitions.Length) == tasks, $"The member has not its tasks: {heard?.ErrorCode} {heard?.ErrorMessage}");
        Assert.Equal(ErrorCode.None, (await StreamAsync(group, topic, epoch, owned)).ErrorCode);
    }

    private async Task<StreamsGroupHeartbeatResponse> StreamAsync(string group, string topic, int epoch, StreamsGroupHeartbeatRequest.TaskIds[] owned)
    {
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", _target.Port);
        bool joins = epoch == 0;
        return await channel.SendAsync(
            new StreamsGroupHeartbeatRequest
            {
                GroupId = group,
                MemberId = _member,
                MemberEpoch = epoch,
                RebalanceTimeoutMs = joins ? 5_000 : -1,
                Topology = joins ? new() { Epoch = 1, Subtopologies = [new() { SubtopologyId = "part", SourceTopics = [topic] }] } : null,
                ActiveTasks = epoch < 0 ? null : [.. owned],
                StandbyTasks = epoch < 0 ? null : [],
                WarmupTasks = epoch < 0 ? null : [],
                ProcessId = joins ? "process" : null,
                ClientTags = joins ? [] : null,
            },
            0);
    }
}
