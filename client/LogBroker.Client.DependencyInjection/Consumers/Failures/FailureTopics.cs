using System.Globalization;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>The names of a group's retry and dead-letter topics.</summary>
internal sealed class FailureTopics(string group, HandlingOptions options)
{
    /// <summary>How many retry topics a topic has.</summary>
    public int Levels => options.RetryLater.Count;

    /// <summary>Whether there are dead letters.</summary>
    public bool HasDeadLetters => options.Exhausted == FailedRecord.GoesToDeadLetters;

    /// <summary>The retry topic of a level, from 1.</summary>
    public string Retry(string topic, int level) =>
        $"{PrefixOf(topic)}.retry.{level.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The dead-letter topic.</summary>
    public string DeadLetters(string topic) => $"{PrefixOf(topic)}.dead";

    /// <summary>The retry topics of a level, over all topics.</summary>
    public IReadOnlyList<string> OfLevel(int level) => [.. options.Topics.Select(topic => Retry(topic, level)).Distinct()];

    /// <summary>Those among <paramref name="names"/> that are retry topics of higher levels than there are, by their level.</summary>
    public ILookup<int, string> FormerOf(IEnumerable<string> names)
    {
        HashSet<string> prefixes = [.. options.Topics.Select(topic => $"{PrefixOf(topic)}.retry.")];
        return names.Select(name => (Name: name, Level: LevelOf(name))).Where(topic => topic.Level > Levels)
            .ToLookup(topic => topic.Level, topic => topic.Name);

        int LevelOf(string name)
        {
            int digits = name.LastIndexOf('.') + 1;
            bool isNumber = int.TryParse(name.AsSpan(digits), NumberStyles.None, CultureInfo.InvariantCulture, out int level);
            return isNumber && name[digits] != '0' && prefixes.Contains(name[..digits]) ? level : 0;
        }
    }

    /// <summary>The topic whose records a retry topic holds: one of those read, whatever the records say.</summary>
    /// <param name="topic">The topic a record was read from.</param>
    /// <param name="level">Its level; 0 is the topic itself.</param>
    public string SourceOf(string topic, int level) =>
        level == 0 ? topic : options.Topics.First(source => Retry(source, level) == topic);

    /// <summary>Every retry and dead-letter topic of a topic.</summary>
    public IEnumerable<string> Of(string topic)
    {
        for (int level = 1; level <= Levels; level++) yield return Retry(topic, level);
        if (HasDeadLetters) yield return DeadLetters(topic);
    }

    private string PrefixOf(string topic) => options.FailureTopicPrefix ?? $"{topic}.{group}";
}
