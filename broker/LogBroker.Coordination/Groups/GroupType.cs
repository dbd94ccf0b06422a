namespace LogBroker.Coordination.Groups;

/// <summary>The protocols that groups speak; their names in small letters are those of ListGroups (KIP-848).</summary>
public enum GroupType
{
    Classic,
    Consumer,
    Share,
    Streams,
}
