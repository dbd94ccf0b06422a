using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Commands;

/// <summary>How many partitions there may be, in all and of a topic, while one command is planned.</summary>
/// <param name="image">What there is before the command.</param>
/// <param name="broker">The settings in force.</param>
/// <param name="reached">Told each refusal: the setting, its value, the topic.</param>
internal sealed class PartitionLimits(MetadataImage image, BrokerConfigLayers broker, LimitReached? reached)
{
    private readonly long _max = broker.Int64(BrokerConfigs.PartitionsMax);
    private readonly int _perTopicMax = broker.Int32(BrokerConfigs.PartitionsPerTopicMax);
    private long _total = image.Topics.Values.Sum(topic => (long)topic.Partitions.Length);

    /// <summary>Counts the partitions a topic gets, unless that would be too many.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="before">Partitions it has.</param>
    /// <param name="after">Partitions it is to have.</param>
    /// <returns>Null when they are counted.</returns>
    public CommandError? Add(string topic, int before, int after)
    {
        if (after > _perTopicMax) return Refuse(BrokerConfigs.PartitionsPerTopicMax, _perTopicMax, topic);
        if (_total + after - before > _max) return Refuse(BrokerConfigs.PartitionsMax, _max, topic);
        _total += after - before;
        return null;
    }

    private CommandError Refuse(string setting, long max, string topic)
    {
        reached?.Invoke(setting, max, topic);
        return new CommandError(
            ErrorCode.PolicyViolation, $"Too many partitions: the broker's setting {setting} is {max}.");
    }
}

/// <summary>Told that a setting's bound refused something about a topic. Any thread; must not throw.</summary>
public delegate void LimitReached(string setting, long value, string topic);
