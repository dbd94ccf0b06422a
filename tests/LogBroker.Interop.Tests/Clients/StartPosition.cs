namespace LogBroker.Interop.Tests.Clients;

/// <summary>Where a pull begins.</summary>
internal readonly record struct StartPosition(string Text)
{
    public static StartPosition Beginning { get; } = new("beginning");

    public static StartPosition End { get; } = new("end");

    public static StartPosition AtOffset(long offset) => new($"offset:{offset}");

    public static StartPosition AtTime(long timestamp) => new($"time:{timestamp}");

    public override string ToString() => Text;
}
