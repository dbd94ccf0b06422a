using System.Text;
using LogBroker.Client;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>What <c>consume -o ndjson</c> writes is what <c>produce --json</c> reads, whatever the bytes are.</summary>
public sealed class RecordCopyTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("auto")]
    [InlineData("hex")]
    [InlineData("base64")]
    [InlineData("json")]
    public async Task Copy_OfAnyBytes_IsTheSame(string decoding)
    {
        (string from, string to) = (await _target.CreateTopicAsync("bytes"), await _target.CreateTopicAsync("copy"));
        byte[]?[] values =
        [
            [0xff, 0x00, 0x80], null, [], .. new[] { "text", "\"quoted\"", "null", "17", "[1,2]", """{"a":1,"a":2}""", """["\ud800"]""", "ffee" }.Select(Encoding.UTF8.GetBytes),
        ];
        await WriteAsync(from, values);

        string lines = (await _cli.RunAsync($"consume {from} -o ndjson --decode {decoding}")).Done().Output;
        (await _cli.RunAsync($"produce {to} --json", lines)).Done();

        Assert.Equal(await BytesAsync(from), await BytesAsync(to));
    }

    [Fact]
    public async Task Consume_OfBytesThatAreNoText_SaysHowTheyAreWritten()
    {
        string topic = await _target.CreateTopicAsync("said");
        await WriteAsync(topic, [[0xff, 0x01]]);

        string line = (await _cli.RunAsync($"consume {topic} -o ndjson")).Done().Output;

        Assert.Contains(""""key":"ff01","keyEncoding":"hex","value":"ff01","valueEncoding":"hex","headers":[{"key":"h","value":"ff01","valueEncoding":"hex"}]"""", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"value": "xyz", "valueEncoding": "hex"}""", "its value is not in hex")]
    [InlineData("""{"value": "a?", "valueEncoding": "base64"}""", "its value is not in base64")]
    [InlineData("""{"key": "a", "keyEncoding": "hxe", "value": 1}""", "\"hxe\" is no encoding: it is one of utf8, json, hex, base64. Did you mean hex?")]
    [InlineData("""{"headers": [{"key": "h", "value": 1, "valueEncoding": "hex"}], "value": 1}""", "its value is not in hex")]
    [InlineData("""{"headers": [{"name": "h"}], "value": 1}""", "a header in a list is")]
    [InlineData("""{"headers": [1], "value": 1}""", "a header in a list is")]
    [InlineData("""{"headers": 1, "value": 1}""", "its headers are neither")]
    [InlineData("""{"partition": "x", "value": 1}""", "its partition is no whole number")]
    [InlineData("""{"timestamp": 9223372036854775807, "value": 1}""", "its partition or its timestamp")]
    [InlineData("[]", "it is no object")]
    [InlineData("{\"a", "it is no JSON at byte")]
    [InlineData("""{"vlaue": 3}""", "it says \"vlaue\", which is nothing of a record. Did you mean value?")]
    [InlineData("""{"key": "k"}""", "it has no \"value\"; a tombstone has \"value\": null")]
    [InlineData("{}", "it has no \"value\"")]
    public async Task Produce_OfALineThatIsNoRecord_NamesTheLine(string line, string reason)
    {
        string topic = await _target.CreateTopicAsync("wrong");

        CommandResult refused = (await _cli.RunAsync($"produce {topic} --json", $"{{\"value\": \"good\"}}\n{line}\n")).Failed();

        Assert.Contains($"Line 2 is no record: {reason}", refused.Error, StringComparison.Ordinal);
        Assert.Contains(" The lines before it are written.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_OfBlankLinesBetweenRecords_PassesThemOver()
    {
        string topic = await _target.CreateTopicAsync("blank");

        (await _cli.RunAsync($"produce {topic} --json", "{\"value\": \"a\"}\n\n \t\r\n{\"value\": \"b\"}\n\n")).Done();

        Assert.Equal(["a", "b"], (await _cli.RunAsync($"consume {topic} -o plain")).Done().Lines);
    }

    private async Task WriteAsync(string topic, IEnumerable<byte[]?> values)
    {
        await using LogBrokerClient client = _target.NewClient();
        await using Producer<byte[], byte[]> producer = client.CreateProducer<byte[], byte[]>();
        foreach (byte[]? value in values)
            await producer.EnqueueAsync(new ProducerRecord<byte[], byte[]>(topic, value!, value!) { Headers = [new RecordHeader("h", value)] });
        await producer.FlushAsync();
    }

    private async Task<string[]> BytesAsync(string topic)
    {
        static string Of(byte[]? bytes) => bytes is null ? "-" : Convert.ToHexString(bytes);
        var records = new List<string>();
        await using LogBrokerClient client = _target.NewClient();
        await using Consumer<byte[], byte[]> consumer = client.CreateConsumer<byte[], byte[]>(null, new ConsumerOptions { AutoCommit = false, OffsetReset = OffsetReset.Earliest });
        consumer.Assign([new(topic, 0)]);
        await foreach (ConsumedRecord<byte[], byte[]> record in consumer.ReadAsync())
        {
            records.Add($"{Of(record.Key)} {Of(record.Value)} {Of(record.Headers[0].Value?.ToArray())}");
            if (records.Count == 11) break;
        }
        return [.. records];
    }
}
