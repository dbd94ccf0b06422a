using LogBroker.Metadata.Configs;

namespace LogBroker.Metadata.Tests.Configs;

/// <summary>Every value in Vectors/config-values.tsv was read by Kafka 4.3.1's own definitions; ours must say the same.</summary>
public sealed class ConfigValueVectorTests
{
    public static TheoryData<string> Scopes => ["topic", "group", "broker"];

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Check_EveryVector_AgreesWithKafka(string scope)
    {
        var schema = scope switch
        {
            "topic" => TopicConfigs.Schema,
            "group" => GroupConfigs.Schema,
            _ => BrokerConfigs.Schema,
        };
        var differences = new List<string>();
        int count = 0;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "config-values.tsv")))
        {
            var columns = line.Split('\t');
            if (columns[0] != scope) continue;
            count++;
            var definition = schema[columns[1]];
            var result = ConfigValidation.Check(definition, columns[2]);
            var ours = result.Error is { } error ? "!" + error : "=" + (definition.IsSensitive ? "[hidden]" : result.Text);
            if (ours != columns[3]) differences.Add($"{columns[1]}={columns[2]}: Kafka {columns[3]} ours {ours}");
        }

        Assert.True(count > 50);
        Assert.Empty(differences);
    }
}
