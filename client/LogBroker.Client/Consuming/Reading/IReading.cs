namespace LogBroker.Client.Consuming.Reading;

/// <summary>One enumeration, or one run of handlers, over a consumer's records.</summary>
internal interface IReading
{
    /// <summary>How many records are worked on side by side at most: each on a track of its own.</summary>
    int TrackCount { get; }

    /// <summary>Whether a track waits for records: then nothing is late.</summary>
    bool IsIdle(int track);

    /// <summary>Another value than before: the track got on in the meantime.</summary>
    long ProgressOf(int track);
}
