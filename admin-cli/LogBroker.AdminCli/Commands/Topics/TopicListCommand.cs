using System.CommandLine;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Lists topics.</summary>
internal sealed class TopicListCommand : VerbCommand
{
    private readonly Argument<string?> _pattern = new("pattern")
    {
        Description = "Only topics whose names match this regular expression",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _internal = new("--internal", "-i") { Description = "Also those the cluster keeps for itself" };

    public TopicListCommand(CommandEnvironment environment)
        : base("list", "List topics", environment)
    {
        Aliases.Add("ls");
        Add(_pattern);
        Add(_internal);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        NamePattern pattern = NamePattern.Of(parsed.GetValue(_pattern));
        IReadOnlyList<TopicListing> topics = await context.Admin.Topics.ListAsync(parsed.GetValue(_internal), cancelled);
        context.Results.Write(new Listing<TopicListing>(
            [.. topics.Where(topic => pattern.Matches(topic.Name))],
            new("topic", topic => topic.Name),
            new("partitions", topic => topic.PartitionCount),
            new("internal", topic => topic.IsInternal, topic => topic.IsInternal ? "yes" : ""),
            new("id", topic => KafkaUuid.ToText(topic.Id)))
        {
            WhenEmpty = pattern.IsAny ? "There is no topic yet. ./logbroker topic create NAME makes one." : "No topic matches.",
        });
        return ExitCodes.Done;
    }
}
