using System.Globalization;
using LogBroker.Protocol;

namespace LogBroker.Storage.Logs;

/// <summary>The names of partitions' directories, as Apache Kafka writes them.</summary>
internal static class PartitionDirectoryName
{
    /// <summary>Ends the name of a directory that waits for its deletion.</summary>
    public const string DeleteSuffix = "-delete";

    /// <summary>Ends the name of a directory whose topic is unknown.</summary>
    public const string StraySuffix = "-stray";

    /// <summary>Ends the name of a copy that will replace the partition in another directory.</summary>
    public const string FutureSuffix = "-future";

    private const int TopicLengthMax = 249;
    private const int NameLengthMax = 255;

    /// <summary>The directory of a partition.</summary>
    /// <exception cref="ArgumentException">The topic's name may not be a file name: it would lead elsewhere.</exception>
    public static string Of(TopicPartition partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition.Partition);
        if (!IsTopicName(partition.Topic))
            throw new ArgumentException($"'{partition.Topic}' is not a topic name.", nameof(partition));
        return partition.ToString();
    }

    /// <summary>A name that says what is to become of the directory: <c>topic-partition.id-delete</c>.</summary>
    public static string Renamed(TopicPartition partition, Guid unique, string suffix)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $"-{partition.Partition}.{unique:N}{suffix}");
        string topic = partition.Topic;
        return topic[..Math.Min(topic.Length, NameLengthMax - end.Length)] + end;
    }

    /// <summary>Takes the partition out of the name of its directory; false for other names, renamed ones too.</summary>
    public static bool TryParse(string name, out TopicPartition partition)
    {
        partition = default;
        int dash = name.LastIndexOf('-');
        if (dash <= 0 || dash == name.Length - 1) return false;
        ReadOnlySpan<char> number = name.AsSpan(dash + 1);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index)) return false;
        if (number.Length > 1 && number[0] == '0') return false;
        if (!IsTopicName(name[..dash])) return false;
        partition = new TopicPartition(name[..dash], index);
        return true;
    }

    public static bool IsMarked(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) && name.Contains('.', StringComparison.Ordinal);

    private static bool IsTopicName(string topic)
    {
        if (topic.Length is 0 or > TopicLengthMax || topic is "." or "..") return false;
        foreach (char letter in topic)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-')) return false;
        }

        return true;
    }
}
