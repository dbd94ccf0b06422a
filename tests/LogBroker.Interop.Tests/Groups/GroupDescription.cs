using System.Globalization;
using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Groups;

/// <summary>What the broker says of a group, asked through librdkafka's admin client.</summary>
/// <param name="State">The word of the wire, such as <c>Stable</c>.</param>
/// <param name="Members">The members, each with its partitions; one that came back without leaving may be there twice.</param>
/// <param name="Committed">The committed offset of each partition that has one.</param>
internal sealed record GroupDescription(
    string State, IReadOnlyList<DescribedMember> Members, IReadOnlyDictionary<int, long> Committed)
{
    private static readonly string Program = Path.Combine(InteropEnvironment.InstalledDirectory, "librdkafka-group");

    /// <summary>Null when the broker does not tell: it is being started, or loads the group.</summary>
    public static async Task<GroupDescription?> TryAskAsync(string bootstrap, string group)
    {
        ProcessOutcome outcome = await ChildProcess.RunAsync(new ProcessCommand(Program, bootstrap, group));
        if (outcome.ExitCode != 0)
        {
            return null;
        }

        string[][] lines = [.. outcome.Lines.Select(line => line.Split(' '))];
        return new GroupDescription(
            lines.Single(line => line[0] == "state")[1],
            [.. lines.Where(line => line[0] == "member").Select(line => new DescribedMember(line[1], Partitions(line[2])))],
            lines.Where(line => line[0] == "committed").ToDictionary(
                line => int.Parse(line[1], CultureInfo.InvariantCulture), line => long.Parse(line[2], CultureInfo.InvariantCulture)));
    }

    private static IReadOnlyList<int> Partitions(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one => int.Parse(one, CultureInfo.InvariantCulture)).Order()];
}

internal sealed record DescribedMember(string ClientId, IReadOnlyList<int> Owned);
