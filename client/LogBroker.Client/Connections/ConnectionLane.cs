namespace LogBroker.Client.Connections;

/// <summary>What a connection is for. Answers come in order, so a request that brokers hold back delays all behind it; kinds that may
/// wait have connections of their own.</summary>
internal enum ConnectionLane
{
    /// <summary>Short questions: metadata, admin, look-ups.</summary>
    Control,

    /// <summary>Records on their way in.</summary>
    Produce,

    /// <summary>Long polls for records.</summary>
    Fetch,

    /// <summary>A group's coordinator: a JoinGroup may wait for minutes.</summary>
    Group,
}
