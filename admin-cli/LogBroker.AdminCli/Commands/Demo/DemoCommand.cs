using System.CommandLine;
using LogBroker.AdminCli.Demo;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Demo;

/// <summary>Drives a running broker with a believable workload and shows what flows.</summary>
internal sealed class DemoCommand : VerbCommand
{
    private const int BarWidth = 30;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    private readonly Option<int> _rate = new("--rate") { Description = "Page views a second", DefaultValueFactory = _ => 500, Validators = { Counts.ValidatePositive } };
    private readonly Option<int?> _seconds = new("--seconds") { Description = "How long; until Ctrl-C when not said", Validators = { Counts.ValidatePositive } };
    private readonly Option<bool> _clean = new("--clean") { Description = "Remove the topic and the groups of earlier runs, and do nothing else" };

    public DemoCommand(CommandEnvironment environment)
        : base("demo", "Drive a running broker with page views of a shop that is not there, read by three groups", environment)
    {
        Add(_rate);
        Add(_seconds);
        Add(_clean);
        this.RefuseBeside(_clean, "which does nothing else", _rate, _seconds);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        var shop = new DemoShop(
            context.Client, ClientSettings.Apply(new ProducerOptions(), context.Connection.Settings), context.Environment.Time, parsed.GetValue(_rate));
        if (parsed.GetValue(_clean)) return await CleanAsync(context, shop, cancelled);
        if (context.IsDryRun) throw NoDryRun(parsed);
        context.Confirm($"write {parsed.GetValue(_rate)} records a second to topic {DemoShop.Topic}");
        await shop.PrepareAsync(cancelled);
        context.Note($"Topic {DemoShop.Topic}, groups {string.Join(", ", shop.Readers.Select(reader => reader.GroupId))}.");
        context.Note("Ctrl-C ends it, ./logbroker demo --clean removes them.");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        Task running = shop.RunAsync(ended.Token);
        Task showing = ShowAsync(context, shop, parsed.GetValue(_seconds) ?? int.MaxValue, ended.Token);
        await Task.WhenAny(running, showing);
        await ended.CancelAsync();
        await running;
        await showing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (showing.IsFaulted) await showing;
        return ExitCodes.Done;
    }

    private static async Task ShowAsync(CommandContext context, DemoShop shop, int seconds, CancellationToken cancelled)
    {
        long writtenBefore = 0;
        long before = context.Environment.Time.GetTimestamp();
        var readBefore = shop.Readers.ToDictionary(reader => reader.GroupId, _ => 0L);
        for (int second = 0; second < seconds; second++)
        {
            await Task.Delay(Between, context.Environment.Time, cancelled);
            double took = context.Environment.Time.GetElapsedTime(before).TotalSeconds;
            before = context.Environment.Time.GetTimestamp();
            var rows = new List<Row> { new("(producer)", Rate(shop.Written - writtenBefore, took), shop.Written, null) };
            writtenBefore = shop.Written;
            // All counts are of one moment; asking for the lags takes a while.
            foreach ((string group, long read) in shop.Readers.Select(reader => (reader.GroupId, reader.Read)).ToArray())
            {
                rows.Add(new Row(group, Rate(read - readBefore[group], took), read, await LagAsync(context, group, cancelled)));
                readBefore[group] = read;
            }
            long fastest = Math.Max(1, rows.Max(row => row.PerSecond));
            context.Results.Redraw(new Listing<Row>(
                rows,
                new("who", row => row.Who),
                new("records", row => row.Records),
                new("lag", row => row.Lag?.Records) { Tone = ToneOf },
                new("lag-seconds", row => TimeText.Seconds(row.Lag?.Age), row => TimeText.Of(row.Lag?.Age)) { Tone = ToneOf },
                new("records-per-second", row => row.PerSecond, row => $"{row.PerSecond,6} {Bar.Of((double)row.PerSecond / fastest, BarWidth)}") { Tone = _ => Tone.Accent }));
        }
    }

    private static Tone ToneOf(Row row) => row.Lag?.Age > Late ? Tone.Warning : Tone.Good;

    private static long Rate(long records, double seconds) => (long)Math.Round(records / seconds);

    /// <summary>Null while the group is only coming to be.</summary>
    private static async Task<GroupLag?> LagAsync(CommandContext context, string group, CancellationToken cancelled)
    {
        try
        {
            return await GroupLag.OfAsync(context.Client, group, context.Environment.Time, context.Environment.DetailPatience, cancelled);
        }
        catch (CommandException)
        {
            return null;
        }
    }

    private static async Task<int> CleanAsync(CommandContext context, DemoShop shop, CancellationToken cancelled)
    {
        context.Confirm($"delete topic {DemoShop.Topic} and the groups of the demo");
        HashSet<string> there =
        [
            .. (await context.Admin.Groups.ListAsync(cancellationToken: cancelled)).Select(group => group.GroupId),
            .. (await context.Admin.Topics.ListAsync(cancellationToken: cancelled)).Select(topic => topic.Name),
        ];
        string[] groups = [.. shop.Readers.Select(reader => reader.GroupId)];
        var outcomes = new Outcomes("item");
        await outcomes.EachAsync(groups.Append(DemoShop.Topic), async name =>
        {
            if (!there.Contains(name)) return "was not there";
            if (context.IsDryRun) return "would be removed";
            await (name == DemoShop.Topic ? context.Admin.Topics.DeleteAsync(name, cancelled) : context.Admin.Groups.DeleteAsync(name, cancelled));
            return "removed";
        });
        return outcomes.WriteTo(context.Results);
    }

    private sealed record Row(string Who, long PerSecond, long Records, GroupLag? Lag);
}
