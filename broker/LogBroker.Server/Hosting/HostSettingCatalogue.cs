using System.Collections.Frozen;
using System.Globalization;

namespace LogBroker.Server.Hosting;

/// <summary>The settings that the host itself reads, with their defaults.</summary>
internal sealed class HostSettingCatalogue : ISettingCatalogue
{
    private enum Kind { Text, Int32, Int64, Boolean }

    private static readonly FrozenDictionary<string, (Kind Kind, string? Default)> Known =
        new Dictionary<string, (Kind, string?)>
        {
            ["advertised.listeners"] = (Kind.Text, null),
            ["auto.create.topics.enable"] = (Kind.Boolean, "true"),
            ["broker.id"] = (Kind.Int32, "-1"),
            ["broker.rack"] = (Kind.Text, null),
            ["connections.max.idle.ms"] = (Kind.Int64, "600000"),
            ["controller.listener.names"] = (Kind.Text, null),
            ["http.listeners"] = (Kind.Text, null),
            ["listener.security.protocol.map"] = (Kind.Text, null),
            ["listeners"] = (Kind.Text, null),
            ["log.dir"] = (Kind.Text, null),
            ["log.dirs"] = (Kind.Text, null),
            ["log.level"] = (Kind.Text, "info"),
            ["log.sync.before.ack"] = (Kind.Boolean, "true"),
            ["max.connections"] = (Kind.Int32, "2147483647"),
            ["max.connections.per.ip"] = (Kind.Int32, "2147483647"),
            ["max.connections.per.ip.overrides"] = (Kind.Text, null),
            ["metadata.log.dir"] = (Kind.Text, null),
            ["node.id"] = (Kind.Int32, "1"),
            ["num.partitions"] = (Kind.Int32, "1"),
            ["num.recovery.threads.per.data.dir"] = (Kind.Int32, "2"),
            ["socket.listen.backlog.size"] = (Kind.Int32, null),
            ["socket.receive.buffer.bytes"] = (Kind.Int32, null),
            ["socket.request.max.bytes"] = (Kind.Int32, "104857600"),
            ["socket.send.buffer.bytes"] = (Kind.Int32, null),
        }.ToFrozenDictionary();

    public bool Contains(string name) => Known.ContainsKey(name);

    public string? DefaultOf(string name) => Known.TryGetValue(name, out var setting) ? setting.Default : null;

    public string? Check(string name, string value) => Known[name].Kind switch
    {
        Kind.Int32 when !int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) =>
            "not a whole number.",
        Kind.Int64 when !long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) =>
            "not a whole number.",
        Kind.Boolean when !bool.TryParse(value, out _) => "must be true or false.",
        _ => null,
    };

    public string? NearestTo(string name)
    {
        string nearest = Known.Keys.MinBy(known => Distance(name, known))!;
        return Distance(name, nearest) <= Math.Max(2, name.Length / 4) ? nearest : null;
    }

    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int cost = from[i - 1] == to[j - 1] ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.Length];
    }
}
