using System.Globalization;
using LogBroker.ClientLoad;

// One client, one way to use it, one line of figures.
const string Usage = """
    usage: LogBroker.ClientLoad logbroker|confluent enqueue|await BOOTSTRAP TOPIC SIZE SECONDS
           LogBroker.ClientLoad logbroker|confluent read|batches BOOTSTRAP TOPIC PARTITIONS RECORDS
           LogBroker.ClientLoad logbroker fill BOOTSTRAP TOPIC PARTITIONS SIZE RECORDS
           LogBroker.ClientLoad logbroker memory BOOTSTRAP TOPIC PARTITIONS BUDGET_MB SECONDS
           LogBroker.ClientLoad logbroker rolling BOOTSTRAP TOPIC PARTITIONS eager|cooperative|consumer MEMBERS SECONDS
    """;

switch (args)
{
    case [string client, "enqueue" or "await", string bootstrap, string topic, string size, string seconds]:
        var load = new ProduceLoad(topic, Int(size), Seconds(seconds));
        await using (IProduceClient arm = Clients.Create(client, bootstrap))
            Console.WriteLine((args[1] == "enqueue" ? await load.EnqueueAsync(arm) : await load.AwaitEachAsync(arm)).ToLine());
        return 0;
    case [string client, "read" or "batches", string bootstrap, string topic, string partitions, string records]:
        await using (IConsumeClient arm = Clients.CreateConsumer(client, args[1], bootstrap))
            Console.WriteLine((await ConsumeLoad.MeasureAsync(arm, topic, Int(partitions), Int(records))).ToLine());
        return 0;
    case ["logbroker", "fill", string bootstrap, string topic, string partitions, string size, string records]:
        await ConsumeLoad.FillAsync(bootstrap, topic, Int(partitions), Int(size), Int(records));
        return 0;
    case ["logbroker", "memory", string bootstrap, string topic, string partitions, string budget, string seconds]:
        Console.WriteLine(await ConsumeLoad.WatchMemoryAsync(bootstrap, topic, Int(partitions), Seconds(seconds), Int(budget) * 1048576L));
        return 0;
    case ["logbroker", "rolling", string bootstrap, string topic, string partitions, string protocol, string members, string seconds]:
        return await new RollingGroup(bootstrap, topic, Int(partitions), protocol).RunAsync(Int(members), Seconds(seconds));
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
