using System.Globalization;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Clusters;

/// <summary>Answers names nobody knows with the nearest that somebody does.</summary>
internal static class Unknown
{
    /// <summary>The topic, described.</summary>
    /// <exception cref="CommandException">There is none of that name.</exception>
    public static async Task<TopicDescription> TopicOrFailAsync(this AdminClient admin, string name, CancellationToken cancelled)
    {
        try
        {
            return await admin.Topics.DescribeAsync(name, cancelled);
        }
        catch (KafkaException e) when (IsUnknownTopic(e.ErrorCode))
        {
            throw await TopicAsync(admin, name, cancelled);
        }
    }

    /// <summary>Whether a broker says that there is no such topic.</summary>
    public static bool IsUnknownTopic(ErrorCode error) =>
        error is ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId or ErrorCode.InvalidTopicException;

    /// <summary>What to say of a topic that is not there.</summary>
    public static async Task<CommandException> TopicAsync(AdminClient admin, string name, CancellationToken cancelled)
    {
        IReadOnlyList<TopicListing> known = await admin.Topics.ListAsync(includeInternal: true, cancelled);
        return new CommandException(
            $"There is no topic {name}.{NearestName.Question(name, known.Select(topic => topic.Name))}",
            known.Count == 0 ? $"./logbroker topic create {name}" : "./logbroker topic list");
    }

    /// <summary>Looks for a broker by its number.</summary>
    /// <exception cref="CommandException">There is none of that number.</exception>
    public static async Task RequireBrokerAsync(AdminClient admin, string number, CancellationToken cancelled)
    {
        ClusterDescription cluster = await admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        string[] known = [.. cluster.Brokers.Select(broker => broker.Id.ToString(CultureInfo.InvariantCulture))];
        if (!known.Contains(number)) throw new CommandException($"There is no broker {number}: there are {string.Join(", ", known)}.", "./logbroker cluster info");
    }

    /// <summary>What to say of a group that is not there.</summary>
    public static async Task<CommandException> GroupAsync(AdminClient admin, string name, CancellationToken cancelled) =>
        Group(name, await admin.Groups.ListAsync(cancellationToken: cancelled));

    /// <summary>The same, with the groups there are. Brokers deny those of kinds that are described otherwise.</summary>
    public static CommandException Group(string name, IReadOnlyList<GroupListing> known) =>
        known.FirstOrDefault(group => group.GroupId == name) is { } other
            ? new CommandException(
                $"Group {name} is a {other.Type.ToString().ToLowerInvariant()} group: this is for groups of consumers.", "./logbroker group list --type Consumer --type Classic")
            : new CommandException($"There is no group {name}.{NearestName.Question(name, known.Select(group => group.GroupId))}", "./logbroker group list");

    /// <summary>What to say of a transactional id no coordinator knows.</summary>
    public static async Task<CommandException> TransactionalIdAsync(AdminClient admin, string id, CancellationToken cancelled)
    {
        IReadOnlyList<TransactionListing> known = await admin.Transactions.ListAsync(cancellationToken: cancelled);
        return new CommandException(
            $"There is no transactional id {id}.{NearestName.Question(id, known.Select(transaction => transaction.TransactionalId))}", "./logbroker txn list");
    }
}
