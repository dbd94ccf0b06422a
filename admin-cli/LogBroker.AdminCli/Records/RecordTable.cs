using System.Globalization;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using Spectre.Console;

namespace LogBroker.AdminCli.Records;

/// <summary>Records as rows of a table that is written while they come: its columns are as wide as most of what is in them, and what is wider
/// moves the rest of its row to the right.</summary>
/// <param name="environment">Whose standard output it is.</param>
/// <param name="topics">Where records come from: their names are a column where there are several.</param>
/// <param name="decoding">How keys and values are shown.</param>
internal sealed class RecordTable(CommandEnvironment environment, IReadOnlyCollection<string> topics, Decoding decoding)
{
    private const string Gap = "  ";
    private const string Null = "<null>";
    private const int TimeWidth = 24;
    private const int PartitionWidth = 9;
    private const int OffsetWidth = 10;
    private const int KeyWidth = 20;

    private readonly int _topicWidth = topics.Count > 1 ? topics.Max(topic => topic.Length) : 0;

    public void WriteHeader() => HeaderLine.Write(environment, Row("TOPIC", "TIME".PadRight(TimeWidth), "PARTITION", "OFFSET", "KEY", "VALUE"));

    public void Write(ConsumedRecord<byte[], byte[]> record) => environment.Output.WriteLine(Row(
        record.Topic,
        TimeText.Of(record.Timestamp.ToUnixTimeMilliseconds()).PadRight(TimeWidth),
        record.Partition.ToString(CultureInfo.InvariantCulture),
        record.Offset.ToString(),
        CellOf(record.Key),
        CellOf(record.Value)));

    private string Row(string topic, string time, string partition, string offset, string key, string value)
    {
        string place = string.Join(Gap, time, partition.PadLeft(PartitionWidth), offset.PadLeft(OffsetWidth));
        string keyBlank = new(' ', Math.Max(0, KeyWidth - key.GetCellWidth()));
        return $"{(_topicWidth == 0 ? "" : topic.PadRight(_topicWidth) + Gap)}{place}{Gap}{key}{keyBlank}{Gap}{value}";
    }

    private string CellOf(byte[]? bytes) => bytes is null ? Null : TerminalText.OneLine(Decoded.Text(bytes, decoding));
}
