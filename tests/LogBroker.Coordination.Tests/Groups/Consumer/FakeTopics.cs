using System.Diagnostics.CodeAnalysis;
using LogBroker.Coordination.Groups.Topics;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

/// <summary>Topics of a test, which it creates, widens and deletes; a view stays as it was.</summary>
internal sealed class FakeTopics
{
    private int _created;

    public View Now { get; private set; } = new(1, []);

    public GroupTopic Create(string name, int partitions)
    {
        // The first bytes count up, so that ids sort as they were made.
        var topic = new GroupTopic(name, new Guid(++_created, 0, 0, new byte[8]), partitions);
        Now = new View(Now.Version + 1, [.. Now.Topics, topic]);
        return topic;
    }

    public void Widen(string name, int partitions) => Now = new View(
        Now.Version + 1,
        [.. Now.Topics.Select(topic => topic.Name == name ? topic with { PartitionCount = partitions } : topic)]);

    public void Delete(string name) =>
        Now = new View(Now.Version + 1, [.. Now.Topics.Where(topic => topic.Name != name)]);

    internal sealed record View(long Version, IReadOnlyList<GroupTopic> Topics) : ITopicView
    {
        public IEnumerable<string> Names => Topics.Select(topic => topic.Name);

        public bool TryGet(string name, [NotNullWhen(true)] out GroupTopic? topic) =>
            (topic = Topics.FirstOrDefault(one => one.Name == name)) is not null;

        public bool TryGet(Guid id, [NotNullWhen(true)] out GroupTopic? topic) =>
            (topic = Topics.FirstOrDefault(one => one.Id == id)) is not null;
    }
}
