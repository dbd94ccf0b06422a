using System.Text;
using LogBroker.Metadata.Configs;

namespace LogBroker.Server.Tests.Hosting;

/// <summary>SETTINGS.md lists every setting that does something, with the code's defaults and words.</summary>
public sealed class SettingsDocumentTests
{
    [Fact]
    public void Document_IsWhatTheDefinitionsSay()
    {
        string expected = Write();
        string path = Repository.PathOf("SETTINGS.md");
        string actual = File.Exists(path) ? File.ReadAllText(path) : "";
        if (actual == expected) return;
        string renewed = Repository.PathOf("artifacts/SETTINGS.md");
        File.WriteAllText(renewed, expected);
        Assert.Fail($"SETTINGS.md is not what the code says; the right one is in {renewed}.");
    }

    private static string Write()
    {
        var text = new StringBuilder();
        text.Append("""
            # Settings

            Every setting that does something, from the code's own definitions (a test keeps this file so). What else Apache Kafka has is
            accepted and shown to clients, and changes nothing. Defaults that differ from Kafka's are named in ARCHITECTURE.md. "Running": whether it
            is changed while the broker runs, for one broker or the whole cluster.

            ## Brokers

            | key | default | running | meaning |
            |---|---|---|---|

            """);
        Rows(text, BrokerConfigs.Schema, hasUpdates: true);
        text.Append("""

            ## Topics

            Each is changed while the broker runs; the default is that of the broker's setting behind it, where there is one.

            | key | default | broker's setting | meaning |
            |---|---|---|---|

            """);
        Rows(text, TopicConfigs.Schema, hasUpdates: false);
        text.Append("""

            ## Groups

            | key | default | broker's setting | meaning |
            |---|---|---|---|

            """);
        Rows(text, GroupConfigs.Schema, hasUpdates: false);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Rows(StringBuilder text, ConfigSchema schema, bool hasUpdates)
    {
        foreach (ConfigDefinition setting in schema.Definitions.Where(one => one.IsHonoured).OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            string third = hasUpdates
                ? UpdatesOf(setting)
                : string.Join(", ", setting.Synonyms.Select(name => $"`{name}`"));
            string value = setting.Default is { Length: > 0 } given ? $"`{given}`" : "";
            text.Append($"| `{setting.Name}` | {value} | {third} | {setting.Documentation} |\n");
        }
    }

    private static string UpdatesOf(ConfigDefinition setting) => setting.UpdateMode switch
    {
        ConfigUpdateMode.ReadOnly => "",
        ConfigUpdateMode.PerBroker => "a broker",
        ConfigUpdateMode.PerListener => "a listener",
        _ => "cluster",
    };
}
