namespace LogBroker.Comparison.Cases;

/// <summary>The groups of cases, by the names under which they can be asked for alone.</summary>
internal static class Areas
{
    private static readonly (string Name, Action<Script> AddTo)[] All =
    [
        ("versions", ApiVersionsCases.AddTo),
        ("metadata", MetadataCases.AddTo),
        ("produce", ProduceCases.AddTo),
        ("compressed", CompressedBatchCases.AddTo),
        ("idempotence", IdempotenceCases.AddTo),
        ("fetch", FetchCases.AddTo),
        ("sessions", FetchSessionCases.AddTo),
        ("offsets", OffsetCases.AddTo),
        ("topics", TopicCases.AddTo),
        ("partitions", PartitionCases.AddTo),
        ("configs", ConfigCases.AddTo),
        ("raw", RawCases.AddTo),
        // The last: they make a topic of Kafka's own, which the others would list.
        ("groups", GroupCases.AddTo),
        ("migration", MigrationCases.AddTo),
    ];

    public static IEnumerable<string> Names => All.Select(area => area.Name);

    /// <summary>All cases, or those of the areas named.</summary>
    public static Script Compose(string[] areas)
    {
        var script = new Script();
        foreach ((string name, Action<Script> addTo) in All)
        {
            // The raw cases use a topic of the metadata area.
            bool isWanted = areas.Length == 0 || areas.Contains(name)
                || (name == "metadata" && areas.Contains("raw"));
            if (isWanted) addTo(script);
        }

        return script;
    }
}
