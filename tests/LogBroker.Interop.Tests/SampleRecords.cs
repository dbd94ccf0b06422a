using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>Records with everything a record can have, cut to what a client is able to publish.</summary>
internal static class SampleRecords
{
    private const long SomeTime = 1_700_000_000_123;

    public static IReadOnlyList<ForeignRecord> For(ForeignClient client)
    {
        List<ForeignRecord> records =
        [
            ForeignRecord.OfText("key", "value"),
            ForeignRecord.OfText(null, "null key"),
            ForeignRecord.OfText("null value", null),
            ForeignRecord.OfText("Schlüssel", "çà et là, 日本語, 🦉"),
            ForeignRecord.OfText("headers", "three", Header("trace", "a1"), Header("trace", "a2"), Header("empty", "")),
            ForeignRecord.OfText("long", string.Concat(Enumerable.Repeat("0123456789abcdef", 4096))),
        ];
        if (client.PublishesBareRecords)
        {
            records.Add(ForeignRecord.OfText(null, null));
        }

        if (client.PublishesNullHeaderValues)
        {
            records.Add(ForeignRecord.OfText("null header", "x", Header("absent", null)));
        }

        if (client.PublishesEmptyFields)
        {
            records.Add(ForeignRecord.OfText("", ""));
            records.Add(new ForeignRecord(null, AllBytes(), [.. AllBytes(), .. AllBytes()]));
        }

        return client.PublishesTimestamps
            ? [.. records.Select((record, index) => record with { Timestamp = SomeTime + (index * 1000) })]
            : records;
    }

    private static ForeignHeader Header(string name, string? value) => new(name, ForeignRecord.BytesOf(value));

    private static byte[] AllBytes() => [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
}
