using System.Collections.Immutable;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>What a regular expression matched. Immutable.</summary>
/// <param name="Topics">Names, ascending.</param>
/// <param name="Version">The version of the topics it was matched with; means nothing to another run of the broker.</param>
/// <param name="Timestamp">When, in milliseconds since the Unix epoch.</param>
internal sealed record ResolvedRegex(ImmutableArray<string> Topics, long Version, long Timestamp)
{
    public static ResolvedRegex Of(ConsumerGroupRegularExpressionValue value) =>
        new(MemberSubscription.Sorted(value.Topics), value.Version, value.Timestamp);

    public ConsumerGroupRegularExpressionValue ToRecord() =>
        new() { Topics = Topics, Version = Version, Timestamp = Timestamp };
}
