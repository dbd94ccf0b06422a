using System.Globalization;
using LogBroker.ClientLoad;

// LogBroker.ClientLoad CLIENT MODE BOOTSTRAP TOPIC SIZE SECONDS: one client, one way to produce, one line of figures.
if (args is not [string client, string mode, string bootstrap, string topic, string size, string seconds])
{
    Console.Error.WriteLine("usage: LogBroker.ClientLoad logbroker|confluent enqueue|await BOOTSTRAP TOPIC SIZE SECONDS");
    return 2;
}

var load = new ProduceLoad(
    topic, int.Parse(size, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
await using IProduceClient arm = Clients.Create(client, bootstrap);
Figures figures = mode switch
{
    "enqueue" => await load.EnqueueAsync(arm),
    "await" => await load.AwaitEachAsync(arm),
    _ => throw new ArgumentException($"There is no mode {mode}."),
};
Console.WriteLine(figures.ToLine());
return 0;
