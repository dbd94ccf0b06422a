using System.Globalization;
using System.Text.RegularExpressions;

namespace LogBroker.Interop.Tests.Groups;

internal enum GroupEventKind
{
    /// <summary>Partitions came to what the member owns.</summary>
    Assigned,

    /// <summary>Partitions went; said before the member tells the group.</summary>
    Revoked,

    /// <summary>A record was processed.</summary>
    Record,

    /// <summary>A commit was acknowledged; the offset is that of the next record.</summary>
    Committed,

    /// <summary>The member is no more; said by the tests.</summary>
    Gone,
}

/// <summary>One thing that a member said.</summary>
internal sealed partial record GroupEvent(
    string Member, GroupEventKind Kind, IReadOnlyList<int> Partitions, long Offset = -1)
{
    public const string GoneWord = "gone";

    public int Partition => Partitions[0];

    /// <summary>Reads <c>NAME assigned 0,1</c>, <c>NAME record 0 17</c> and the like, and kcat's words for assignments; null
    /// for whatever else a client says.</summary>
    public static GroupEvent? Parse(string line)
    {
        if (KcatRebalance().Match(line) is { Success: true } rebalance)
        {
            return new GroupEvent(
                rebalance.Groups["member"].Value,
                rebalance.Groups["what"].Value == "assigned" ? GroupEventKind.Assigned : GroupEventKind.Revoked,
                [.. KcatPartition().Matches(rebalance.Groups["partitions"].Value).Select(match => Int(match.Groups[1].Value))]);
        }

        if (Word().Match(line) is not { Success: true } word)
        {
            return null;
        }

        return new GroupEvent(
            word.Groups["member"].Value,
            Enum.Parse<GroupEventKind>(word.Groups["what"].Value, ignoreCase: true),
            [.. word.Groups["partitions"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Int)],
            word.Groups["offset"] is { Success: true } offset ? long.Parse(offset.Value, CultureInfo.InvariantCulture) : -1);
    }

    public override string ToString() => $"{Member} {Kind} {string.Join(',', Partitions)} {Offset}";

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<member>\S+) (?<what>assigned|revoked|record|committed|gone) ?(?<partitions>[0-9,]*)( (?<offset>[0-9]+))?$")]
    private static partial Regex Word();

    [GeneratedRegex(@"^% Group \S+ rebalanced \(memberid (?<member>\S+-\d+)-[0-9a-f]{8}-[-0-9a-f]{27}\): (?<what>assigned|revoked): (?<partitions>.*)$")]
    private static partial Regex KcatRebalance();

    [GeneratedRegex(@"\[(\d+)\]")]
    private static partial Regex KcatPartition();
}
