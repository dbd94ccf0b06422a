using System.Text.RegularExpressions;
using LogBroker.Metadata.Configs;
using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

/// <summary>The README's table of settings says what the code says.</summary>
public sealed partial class ReadmeSettingsTests
{
    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach (Match row in Row().Matches(ReadSettings())) rows.Add(row.Groups["key"].Value, row.Groups["default"].Value.Trim());
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_NamesAnHonouredSettingAndItsDefault(string key, string described)
    {
        Assert.True(BrokerConfigs.TryGet(key, out ConfigDefinition? definition), $"There is no setting {key}.");
        Assert.True(definition.IsHonoured, $"{key} does nothing.");
        // log.dirs has none of its own: it falls back on log.dir.
        string? actual = key == "log.dirs" ? BrokerConfigs.Schema["log.dir"].Default : definition.Default;
        Assert.Equal(string.IsNullOrEmpty(actual) ? null : $"`{actual}`", described.StartsWith('`') ? described[..(described.IndexOf('`', 1) + 1)] : null);
    }

    [Fact]
    public void Table_HasEveryLimit()
    {
        string[] limits =
        [
            .. typeof(LimitNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).Where(name => name != LimitNames.Descriptors),
            BrokerConfigs.PartitionsMax,
            BrokerConfigs.PartitionsPerTopicMax,
        ];

        string settings = ReadSettings();
        Assert.All(limits, name => Assert.Contains($"| `{name}`", settings, StringComparison.Ordinal));
    }

    /// <summary>The section of README; it has tables of other things too.</summary>
    private static string ReadSettings() => File.ReadAllText(Repository.PathOf("README.md"))
        .Split("\n## ").Single(section => section.StartsWith("Settings\n", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| `(?<key>[a-z][a-z0-9.]+)` \|(?<default>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
