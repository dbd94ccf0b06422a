namespace LogBroker.LoadTests.Abuse;

/// <summary>The kinds of abuse there are.</summary>
internal static class Abuses
{
    private static readonly Dictionary<string, Func<Attack, Task>> ByKind = new(StringComparer.Ordinal)
    {
        ["random-bytes"] = HostileFrames.SendRandomAsync,
        ["oversize-frames"] = HostileFrames.SendOversizeAsync,
        ["unknown-apis"] = HostileFrames.SendUnknownApisAsync,
        ["unknown-versions"] = HostileFrames.SendUnknownVersionsAsync,
        ["wrong-lengths"] = HostileFrames.SendWrongLengthsAsync,
        ["wrong-crc"] = HostileBatches.SendWrongCrcAsync,
        ["wrong-batches"] = HostileBatches.SendWrongLengthsAsync,
        ["bombs"] = HostileBatches.SendBombsAsync,
        ["half-frames"] = SlowClients.HoldHalfFramesAsync,
        ["slowloris"] = SlowClients.DripAsync,
        ["no-reading"] = SlowClients.PipelineWithoutReadingAsync,
        ["idle-connections"] = IdleConnections.HoldAsync,
        ["connect-storm"] = ConnectStorm.RunAsync,
    };

    public static IEnumerable<string> Kinds => ByKind.Keys;

    /// <summary>Is abusive until the input ends; then prints what came of it.</summary>
    public static async Task<int> RunAsync(int port, string kind)
    {
        var outcomes = new Outcomes();
        var attack = new Attack(port, outcomes, () => Console.WriteLine(kind), Standing.UntilInputEnds());
        await ByKind[kind](attack);
        Console.WriteLine(outcomes);
        return 0;
    }
}
