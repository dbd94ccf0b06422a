namespace LogBroker.Client.Consuming.Reading;

/// <summary>One enumeration, or one run of handlers, over a consumer's records.</summary>
internal interface IReading
{
    /// <summary>Whether it waits for records: then nothing is late.</summary>
    bool IsIdle { get; }

    /// <summary>Another value than before: it got on in the meantime.</summary>
    long Progress { get; }
}
