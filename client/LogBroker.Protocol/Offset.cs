namespace LogBroker.Protocol;

/// <summary>The logical number of a record in a partition: 0 is the first. Never a position in a file.</summary>
public readonly record struct Offset(long Value) : IComparable<Offset>
{
    /// <summary>The offset of the first record ever.</summary>
    public static readonly Offset Zero = new(0);

    /// <summary>What the protocol writes where there is no offset (-1).</summary>
    public static readonly Offset None = new(-1);

    public Offset Next => new(Value + 1);

    public static Offset operator +(Offset offset, long count) => new(offset.Value + count);

    public static long operator -(Offset left, Offset right) => left.Value - right.Value;

    public static bool operator <(Offset left, Offset right) => left.Value < right.Value;

    public static bool operator >(Offset left, Offset right) => left.Value > right.Value;

    public static bool operator <=(Offset left, Offset right) => left.Value <= right.Value;

    public static bool operator >=(Offset left, Offset right) => left.Value >= right.Value;

    public static Offset Min(Offset left, Offset right) => left < right ? left : right;

    public static Offset Max(Offset left, Offset right) => left > right ? left : right;

    public int CompareTo(Offset other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
