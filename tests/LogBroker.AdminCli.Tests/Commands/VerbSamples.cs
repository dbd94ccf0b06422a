namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>A command line for each verb that has something to say. {topic}, {group} and the like are made for it; see
/// <see cref="VerbStage"/>.</summary>
/// <param name="Arguments">What follows the verb.</param>
/// <param name="Says">What it writes to standard output.</param>
internal sealed record VerbSample(string Arguments, VerbOutput Says = VerbOutput.Document)
{
    /// <summary>By the words that lead to the verb.</summary>
    public static IReadOnlyDictionary<string, VerbSample> All { get; } = new Dictionary<string, VerbSample>(StringComparer.Ordinal)
    {
        ["topic create"] = new("{new} -p 2 -r 1"),
        ["topic list"] = new("^{topic}$"),
        ["topic describe"] = new("{topic}"),
        ["topic alter"] = new("{topic} --set retention.ms=100000"),
        ["topic delete"] = new("{topic}"),
        ["topic add-partitions"] = new("{topic} --count 1"),
        ["topic trim"] = new("{topic} --before-offset 1"),
        ["topic offsets"] = new("{topic}"),
        ["produce"] = new("{topic} --template hello --report"),
        ["consume"] = new("{topic}", VerbOutput.Records),
        ["config describe"] = new("topic {topic}"),
        ["config set"] = new("topic {topic} retention.ms=100000"),
        ["config delete"] = new("topic {topic} segment.bytes"),
        ["group list"] = new("^{group}$"),
        ["group describe"] = new("{group}"),
        ["group members"] = new("{group}", VerbOutput.Nothing),
        ["group reset-offsets"] = new("{group} --topic {topic} --to-latest --yes"),
        ["group watch"] = new("{group} -n 1"),
        ["group delete"] = new("{group}"),
        ["cluster info"] = new(""),
        ["cluster health"] = new(""),
        ["cluster features"] = new(""),
        ["txn list"] = new("{any-transaction}") { NeedsTransactions = true },
        ["txn describe"] = new("{transaction}") { NeedsTransactions = true },
        ["txn find-hanging"] = new("--topic {hanging}") { NeedsTransactions = true, Finds = true },
        ["txn abort"] = new("--topic {hanging} --partition 0 --start-offset 2") { NeedsTransactions = true },
        ["bench produce"] = new("{topic} -n 100 -s 10"),
        ["bench consume"] = new("{topic}"),
        ["bench end-to-end"] = new("{topic} -n 100 -s 16"),
        ["demo"] = new("--clean"),
        ["doctor"] = new("") { Finds = true },
        ["server check"] = new(""),
        ["log inspect"] = new("{partition-folder}"),
        ["log verify"] = new("{damaged-folder}") { Finds = true },
        ["profile list"] = new(""),
        ["profile show"] = new("{profile}"),
        ["profile set"] = new("{profile} -X client.id=me", VerbOutput.Nothing),
        ["profile use"] = new("{profile}", VerbOutput.Nothing),
        ["profile remove"] = new("{profile}", VerbOutput.Nothing),
        ["completion bash"] = new("", VerbOutput.Script),
        ["completion zsh"] = new("", VerbOutput.Script),
        ["completion fish"] = new("", VerbOutput.Script),
        ["completion powershell"] = new("", VerbOutput.Script),
    };

    /// <summary>Only Apache Kafka has transactions so far.</summary>
    public bool NeedsTransactions { get; init; }

    /// <summary>It ends with 1, for it looks for what is wrong and there is something.</summary>
    public bool Finds { get; init; }
}

/// <summary>What a verb writes to standard output.</summary>
internal enum VerbOutput
{
    /// <summary>The same document in each format.</summary>
    Document,

    /// <summary>Records: a table for people, bare values in plain.</summary>
    Records,

    /// <summary>The same script whatever the format.</summary>
    Script,

    /// <summary>Nothing, or an empty listing.</summary>
    Nothing,
}
