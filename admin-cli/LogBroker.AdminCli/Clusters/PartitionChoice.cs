using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Clusters;

/// <summary>Partitions of a topic, chosen by their numbers.</summary>
internal static class PartitionChoice
{
    /// <summary>The chosen ones, in their order; all of them where no number is said.</summary>
    /// <exception cref="CommandException">The topic has no such partition.</exception>
    public static IEnumerable<TopicPartition> Of(TopicDescription topic, IReadOnlyCollection<int> numbers)
    {
        foreach (int number in numbers)
            if (number < 0 || number >= topic.Partitions.Length) throw None(topic, $"{number}");
        return topic.Partitions.Select(partition => partition.Index).Where(index => numbers.Count == 0 || numbers.Contains(index))
            .Select(index => new TopicPartition(topic.Name, index));
    }

    /// <summary>What to say of one that is not there.</summary>
    public static CommandException None(TopicDescription topic, string number) =>
        new($"Topic {topic.Name} has no partition {number}: it has {topic.Partitions.Length}.", null, ExitCodes.WrongUsage);
}
