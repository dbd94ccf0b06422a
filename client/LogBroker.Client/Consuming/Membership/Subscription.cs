using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LogBroker.Client.Metadata;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>What a consumer wants to read. Immutable.</summary>
internal sealed class Subscription
{
    private readonly Regex? _regex;

    private Subscription(ImmutableArray<string> topics, string? pattern, bool isManual)
    {
        Topics = topics;
        Pattern = pattern;
        IsManual = isManual;
        _regex = pattern is null ? null : MakeRegex(pattern);
    }

    public static Subscription None { get; } = new([], null, false);

    /// <summary>The consumer says itself which partitions it reads.</summary>
    public static Subscription Manual { get; } = new([], null, true);

    /// <summary>The topics named; empty for a pattern.</summary>
    public ImmutableArray<string> Topics { get; }

    /// <summary>A regular expression (RE2) over topic names; null for a list.</summary>
    public string? Pattern { get; }

    public bool IsManual { get; }

    /// <summary>Whether it takes a group to know which partitions are read.</summary>
    public bool NeedsGroup => !IsManual && (Pattern is not null || Topics.Length > 0);

    public static Subscription To(IEnumerable<string> topics) =>
        new([.. topics.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], null, false);

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static Subscription Matching(string pattern) => new([], pattern, false);

    /// <summary>The topics it means now, in order; with a pattern those the cluster has, internal ones left out.</summary>
    public ImmutableArray<string> TopicsIn(ClusterSnapshot snapshot) => _regex is not { } regex
        ? Topics
        :
        [
            .. snapshot.Topics.Values.Where(topic => topic.IsUsable && !topic.IsInternal && regex.IsMatch(topic.Name))
                .Select(topic => topic.Name).Order(StringComparer.Ordinal),
        ];

    /// <summary>RE2 matches in linear time and the whole name, and so must what stands in for it here.</summary>
    private static Regex MakeRegex(string pattern) =>
        new($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
