using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Incremental fetch sessions (KIP-227).</summary>
internal static class FetchSessionCases
{
    private const string Topic = "session";

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, 3);
        script.PrepareRecords(Topic, Batches.Good());
        foreach (short version in Script.VersionsOf(ApiKey.Fetch, min: 7)) AddSession(script, version);
    }

    private static void AddSession(Script script, short version)
    {
        Send(script, version, "session-new", 0, [0, 1]);
        Send(script, version, "session-nothing-new", 1, []);
        Send(script, version, "session-add-partition", 2, [2]);
        script.PrepareRecords(Topic, Batches.Good(1));
        Send(script, version, "session-with-news", 3, []);
        Send(script, version, "session-move-offset", 4, [0], offset: 3);
        Send(script, version, "session-forget", 5, [], forget: 1);
        Send(script, version, "session-forget-unknown", 6, [], forget: 9);
        Send(script, version, "session-unknown-partition", 7, [8]);
        Send(script, version, "session-wrong-epoch", 77, []);
        Send(script, version, "session-epoch-in-time", 8, []);
        Send(script, version, "session-closed", -1, []);
        Send(script, version, "session-used-after-close", 9, []);
        Send(script, version, "session-unknown", 1, [0], sessionId: 12_345_678);
        Send(script, version, "session-0-with-epoch-5", 5, [0], sessionId: 0);
        Send(script, version, "session-negative-id", 1, [0], sessionId: -1);
        Send(script, version, "session-negative-epoch", -2, [0], sessionId: 0);
    }

    private static void Send(
        Script script,
        short version,
        string name,
        int epoch,
        int[] partitions,
        long offset = 0,
        int? forget = null,
        int? sessionId = null) =>
        script.Change(name, version, peer =>
        {
            FetchRequest request = FetchCases.Request(peer, version, Topic);
            FetchRequest.FetchTopic topic = request.Topics[0];
            FetchRequest.FetchPartition[] wanted =
            [
                .. partitions.Select(partition => new FetchRequest.FetchPartition
                {
                    Partition = partition,
                    FetchOffset = offset,
                    PartitionMaxBytes = 1 << 20,
                }),
            ];
            request.SessionId = sessionId ?? (epoch == 0 ? 0 : (int)peer.Memory.GetValueOrDefault("session"));
            request.SessionEpoch = epoch;
            request.Topics = partitions.Length == 0
                ? []
                : [new FetchRequest.FetchTopic { Topic = topic.Topic, TopicId = topic.TopicId, Partitions = [.. wanted] }];
            if (forget is { } partition)
            {
                request.ForgottenTopicsData =
                [
                    new FetchRequest.ForgottenTopic
                    {
                        Topic = topic.Topic,
                        TopicId = topic.TopicId,
                        Partitions = [partition],
                    },
                ];
            }

            return request;
        },
        (peer, response) =>
        {
            if (epoch == 0) peer.Memory["session"] = response.SessionId;
        });
}
