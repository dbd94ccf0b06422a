using System.Globalization;
using LogBroker.LoadTests;
using LogBroker.LoadTests.Abuse;

// The scripts of this folder's parent call it and lay its lines of figures out in tables.
return args switch
{
    ["probe", var port, var seconds, var rate] => await Probe.RunAsync(Number(port), Seconds(seconds), Number(rate)),
    ["abuse", var port, var kind] => await Abuses.RunAsync(Number(port), kind),
    ["poll", var port, var count, var wait] => await LongPollers.RunAsync(Number(port), Number(count), Number(wait)),
    ["create", var port, var topics, var partitions] => await ManyPartitions.CreateAsync(Number(port), Number(topics), Number(partitions)),
    ["await", var port, var topics, var partitions] => await ManyPartitions.AwaitAsync(Number(port), Number(topics), Number(partitions)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

static int Usage()
{
    Console.Error.WriteLine($"""
        Usage: LogBroker.LoadTests COMMAND PORT ...
          probe PORT SECONDS RATE       p50, p99 and longest time in ms of a produce and the fetch of what it wrote, open loop
          abuse PORT KIND               be one of: {string.Join(' ', Abuses.Kinds)}
          poll PORT COUNT WAIT          hold consumers that wait WAIT ms for records that never come
          create PORT TOPICS PARTITIONS create topics of so many partitions each, with a record in each partition;
                                        ms until all had a leader
          await PORT TOPICS PARTITIONS  ms until all have a leader again and give their record
        abuse and poll print a line when they stand, last until their input ends, and then say what they saw.
        """);
    return 2;
}
