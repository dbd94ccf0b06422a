using System.Collections.Immutable;
using LogBroker.Comparison;
using LogBroker.Comparison.Cases;

// LogBroker.Comparison LEFT RIGHT EXPECTED-FILE REPORT-FILE [AREA...]
// Sends the same requests to two fresh single-node brokers (HOST:PORT each) and compares what they answer.
// Exit code: 0 when every difference is one of EXPECTED-FILE, 1 when not, 2 when it could not run.
if (args.Length < 4)
{
    Console.Error.WriteLine("usage: LogBroker.Comparison HOST:PORT HOST:PORT EXPECTED-FILE REPORT-FILE [AREA...]");
    Console.Error.WriteLine($"areas: {string.Join(' ', Areas.Names)}");
    return 2;
}

ExpectedDifferences expected = ExpectedDifferences.Load(args[2]);
await using Peer left = PeerAt(args[0], "Kafka");
await using Peer right = PeerAt(args[1], "LogBroker");
await left.GreetAsync();
await right.GreetAsync();

Script script = Areas.Compose(args[4..]);
var run = new ComparisonRun(left, right, expected);
ImmutableArray<CaseResult> results = await run.RunAsync(script, result =>
{
    if (result.Verdict == Verdict.Different)
        Console.WriteLine($"DIFFERENT {result.Case.Api} v{result.Case.Version} {result.Case.Name}");
});

await using (var report = new StreamWriter(args[3])) Report.Write(report, left.Label, right.Label, results, expected.Unused());
Console.WriteLine(Report.Counts(results));
return results.Any(result => result.Verdict == Verdict.Different) ? 1 : 0;

static Peer PeerAt(string address, string label)
{
    int colon = address.LastIndexOf(':');
    return new Peer(label, address[..colon], int.Parse(address[(colon + 1)..], provider: null));
}
