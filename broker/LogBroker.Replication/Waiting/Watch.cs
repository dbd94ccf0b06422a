namespace LogBroker.Replication.Waiting;

/// <summary>The place of one <see cref="ParkedRequest"/> in one <see cref="WatchList"/>; its links are the list's.</summary>
internal sealed class Watch(ParkedRequest request, WatchList list)
{
    public ParkedRequest Request => request;

    public WatchList List => list;

    public Watch? Previous { get; set; }

    public Watch? Next { get; set; }

    public bool IsLinked { get; set; }
}
