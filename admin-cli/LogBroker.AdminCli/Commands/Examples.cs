namespace LogBroker.AdminCli.Commands;

/// <summary>What the help of a verb shows of its use.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> All = new(StringComparer.Ordinal)
    {
        ["topic create"] = ["orders", "orders payments -p 6 -r 3 -c retention.ms=86400000 -c cleanup.policy=compact", "orders --if-not-exists"],
        ["topic list"] = ["", "'^orders' -o json", "--internal"],
        ["topic describe"] = ["orders", "orders payments -o yaml"],
        ["topic alter"] = ["orders --set retention.ms=86400000", "orders --reset retention.ms --dry-run"],
        ["topic delete"] = ["orders", "--matching 'test-.*' --dry-run"],
        ["topic add-partitions"] = ["orders --count 6"],
        ["topic trim"] = ["orders --before-offset 1000", "orders --before-time 2h --dry-run", "orders --all -p 0"],
        ["topic offsets"] = ["orders", "orders --time 2026-01-31T10:00:00Z"],
        ["produce"] =
        [
            "orders < lines.txt",
            "orders -k customer-7 -z zstd < lines.txt",
            "orders --template 'order {{count}} of {{random 5 500}} EUR' -n 1000",
            "orders -d : < keys-and-values.txt",
            "orders --json < records.ndjson",
        ],
        ["consume"] =
        [
            "orders",
            "orders --from @2h --grep late",
            "orders --from -5 --format '%p %o %d %k %v'",
            "orders --group billing -n 100",
            "orders -o ndjson | ./logbroker produce copy --json",
        ],
        ["config describe"] = ["topic orders", "topic orders --all", "broker 1 --documentation"],
        ["config set"] = ["topic orders retention.ms=86400000 segment.bytes=104857600", "topic orders retention.ms=1000 --dry-run"],
        ["config delete"] = ["topic orders retention.ms"],
        ["group list"] = ["", "'^billing' --state Empty"],
        ["group describe"] = ["billing", "billing shipping -o json"],
        ["group members"] = ["billing"],
        ["group reset-offsets"] =
        [
            "billing --topic orders --to-earliest --dry-run",
            "billing --topic orders:0,2 --shift-by -100",
            "billing --all-topics --by-duration 2h --yes",
        ],
        ["group watch"] = ["billing", "billing --interval 5 -n 10 -o ndjson"],
        ["group delete"] = ["billing"],
        ["cluster info"] = [""],
        ["cluster health"] = ["", "--watch", "--exit-when-healthy --timeout 60"],
        ["cluster features"] = [""],
        ["txn list"] = ["", "--state Ongoing"],
        ["txn describe"] = ["transfers-1"],
        ["txn find-hanging"] = ["", "--topic orders --longer-than 30m"],
        ["txn abort"] = ["--topic orders --partition 0 --start-offset 4711 --dry-run"],
        ["bench produce"] = ["", "-n 1000000 -s 100"],
        ["bench consume"] = ["orders"],
        ["bench end-to-end"] = ["--rate 10000", "-n 50000 -s 200 -p 6"],
        ["demo"] = ["", "--rate 2000 --seconds 30", "--clean"],
        ["doctor"] = ["", "-b broker:9092 --http http://broker:9644"],
        ["server check"] = ["", "-o json"],
        ["log inspect"] = ["data/orders-0 --from 1000 -n 20"],
        ["log verify"] = ["data", "data/orders-0 -o json"],
        ["profile list"] = [""],
        ["profile show"] = ["prod"],
        ["profile set"] = ["prod -b broker:9092 --production true", "prod -X security.protocol=SASL_SSL -X sasl.mechanism=SCRAM-SHA-512"],
        ["profile use"] = ["prod"],
        ["profile remove"] = ["prod"],
        ["completion bash"] = ["> ~/.local/share/bash-completion/completions/logbroker"],
        ["completion zsh"] = ["> ~/.zfunc/_logbroker"],
        ["completion fish"] = ["| source"],
        ["completion powershell"] = ["| Out-String | Invoke-Expression"],
    };

    /// <summary>The verbs there are examples of, by the words that lead to them.</summary>
    public static IEnumerable<string> Verbs => All.Keys;

    /// <summary>Lines as users type them; none where there is no such verb.</summary>
    /// <param name="verb">The words that lead to it: "topic create".</param>
    public static IEnumerable<string> Of(string verb) =>
        All.GetValueOrDefault(verb, []).Select(arguments => $"{CommandRun.Program} {verb} {arguments}".TrimEnd());
}
