using LogBroker.Client.Consuming.Reading;
using LogBroker.Client.Consuming.Runtime;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>Notices a reader that does not come back (<c>max.poll.interval.ms</c>): a member that reads nothing keeps partitions from
/// those who would.</summary>
/// <remarks>Belongs to the actor, which looks now and then: a step of the reader costs it nothing.</remarks>
internal sealed class StallWatch(ConsumerContext context)
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    private Track[] _tracks = [new(-1, context.Time.GetTimestamp())];

    /// <summary>Who reads now.</summary>
    public IReading? Reading
    {
        get;
        set
        {
            field = value;
            _tracks = new Track[value?.TrackCount ?? 1];
            Array.Fill(_tracks, new Track(-1, context.Time.GetTimestamp()));
        }
    }

    /// <summary>Whether nothing was asked for during the interval, or one handler did not end.</summary>
    public bool IsStalled()
    {
        bool isStalled = false;
        for (int index = 0; index < _tracks.Length; index++)
        {
            long progress = Reading?.ProgressOf(index) ?? -1;
            if (Reading?.IsIdle(index) == true || progress != _tracks[index].Progress)
                _tracks[index] = new Track(progress, context.Time.GetTimestamp());
            isStalled |= context.Time.GetElapsedTime(_tracks[index].Since) > context.Options.MaxPollInterval;
        }
        return isStalled;
    }

    /// <summary>Waits until the reader moves.</summary>
    public async Task WaitUntilMovedAsync()
    {
        while (IsStalled()) await Task.Delay(LookPeriod, context.Time, context.Stopped).ConfigureAwait(true);
    }

    /// <summary>How far somebody was, and since when.</summary>
    private readonly record struct Track(long Progress, long Since);
}
