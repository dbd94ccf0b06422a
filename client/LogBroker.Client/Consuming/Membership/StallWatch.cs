using LogBroker.Client.Consuming.Reading;
using LogBroker.Client.Consuming.Runtime;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>Notices a reader that does not come back (<c>max.poll.interval.ms</c>): a member that reads nothing keeps partitions from
/// those who would.</summary>
/// <remarks>Belongs to the actor, which looks now and then: a step of the reader costs it nothing.</remarks>
internal sealed class StallWatch(ConsumerContext context)
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    private long _progress;
    private long _since = context.Time.GetTimestamp();

    /// <summary>Who reads now.</summary>
    public IReading? Reading
    {
        get;
        set
        {
            field = value;
            _since = context.Time.GetTimestamp();
        }
    }

    /// <summary>Whether nothing was asked for during the interval.</summary>
    public bool IsStalled()
    {
        long progress = Reading?.Progress ?? -1;
        if (Reading is { IsIdle: true } || progress != _progress)
        {
            _progress = progress;
            _since = context.Time.GetTimestamp();
            return false;
        }
        return context.Time.GetElapsedTime(_since) > context.Options.MaxPollInterval;
    }

    /// <summary>Waits until the reader moves.</summary>
    public async Task WaitUntilMovedAsync()
    {
        while (IsStalled()) await Task.Delay(LookPeriod, context.Time, context.Stopped).ConfigureAwait(true);
    }
}
