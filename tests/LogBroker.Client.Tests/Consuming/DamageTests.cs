using System.Buffers.Binary;
using LogBroker.Client.Tests.Faults;
using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Batches that cannot be read: the reader is told which, may seek past them, and the other partitions flow on.</summary>
public sealed class DamageTests
{
    private static readonly Dictionary<string, Func<byte[], byte[]>> Damages = new()
    {
        ["checksum"] = batch => With(batch, bytes => bytes[^1] ^= 1),
        ["cut off"] = batch => batch[..(batch.Length / 2)],
        ["header cut off"] = batch => batch[..20],
        ["length of a gigabyte"] = batch => WithInt32(batch, RecordBatchView.BatchLengthAt, 1_000_000_000),
        ["length of nothing"] = batch => WithInt32(batch, RecordBatchView.BatchLengthAt, 0),
        ["negative length"] = batch => WithInt32(batch, RecordBatchView.BatchLengthAt, -1),
        ["format 1"] = batch => With(batch, bytes => bytes[16] = 1),
        ["format 9"] = batch => With(batch, bytes => bytes[16] = 9),
        ["far offset"] = batch => With(batch, bytes => BinaryPrimitives.WriteInt64BigEndian(bytes, long.MaxValue)),
        ["negative offset"] = batch => With(batch, bytes => BinaryPrimitives.WriteInt64BigEndian(bytes, -5)),
        ["negative last offset"] = batch => Sealed(WithInt32(batch, 23, -1)),
        ["too many records"] = batch => Sealed(WithInt32(batch, RecordBatchView.RecordCountAt, int.MaxValue)),
        ["negative count"] = batch => Sealed(WithInt32(batch, RecordBatchView.RecordCountAt, -1)),
        ["length of a record"] = batch => Sealed(With(batch, bytes => bytes[RecordBatchView.HeaderSizeInBytes] = 0x7E)),
        ["offset of a record"] = batch => Sealed(With(batch, bytes => bytes[RecordBatchView.HeaderSizeInBytes + 3] = 0x7E)),
        ["no such codec"] = batch => Sealed(With(batch, bytes => bytes[22] |= 7)),
        ["gzip of garbage"] = batch => Sealed(With(batch, bytes => bytes[22] |= 1)),
        ["snappy of garbage"] = batch => Sealed(With(batch, bytes => bytes[22] |= 2)),
        ["lz4 of garbage"] = batch => Sealed(With(batch, bytes => bytes[22] |= 3)),
        ["zstd of garbage"] = batch => Sealed(With(batch, bytes => bytes[22] |= 4)),
        ["garbage"] = batch => With(batch, bytes => new Random(5).NextBytes(bytes)),
    };

    public static TheoryData<string, bool> Cases()
    {
        var cases = new TheoryData<string, bool>();
        foreach (string damage in Damages.Keys)
        {
            cases.Add(damage, false);
            cases.Add(damage, true);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Read_ABatchIsDamaged_SaysWhichAndTheRestIsRead(string damage, bool byBatches)
    {
        await using var unobserved = new UnobservedFailures();
        await using var cluster = new ScriptedCluster(partitions: 2);
        cluster.Log(0).Append(0, ["a", "b"]);
        cluster.Log(0).Append(0, ["lost", "lost too"], Damages[damage]);
        cluster.Log(0).Append(0, ["c"]);
        cluster.Log(1).Append(0, ["x"]);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(ScriptedCluster.Topic, 0), Filling.At(ScriptedCluster.Topic, 1));
        var reader = new DamagedReader(consumer, byBatches);

        var failure = await reader.ReadUntilFailureAsync();
        Assert.Equal(Filling.At(ScriptedCluster.Topic), failure.TopicPartition);
        Assert.InRange(failure.Offset.Value, 2, 3); // Records of it that can be read may be handed out.
        Assert.False(failure.IsRetriable);
        Assert.Equal(["a", "b"], reader.Values.Where(value => value is "a" or "b"));
        Assert.Equal(failure.Offset, (await reader.ReadUntilFailureAsync()).Offset); // It does not go away by itself.

        cluster.Log(1).Append(0, ["y"]);
        await reader.ReadUntilAsync("y");
        for (int tries = 0; failure.NextOffset.Value < 4; tries++)
        {
            Assert.InRange(tries, 0, 2);
            await consumer.SeekAsync(failure.TopicPartition, failure.NextOffset);
            failure = await reader.ReadUntilFailureAsync();
        }
        await consumer.SeekAsync(failure.TopicPartition, new Offset(4));
        await reader.ReadUntilAsync("c");

        Assert.DoesNotContain("lost too", reader.Values);
        Assert.Contains("x", reader.Values);
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Read_CompressedBatchesWithBitsFlipped_FailOrAreRead(CompressionType codec)
    {
        var random = new Random((int)codec);
        await using var cluster = new ScriptedCluster();
        const int Batches = 60;
        for (int batch = 0; batch < Batches; batch++)
        {
            cluster.Log().Append(
                0,
                [.. Enumerable.Range(0, 20).Select(index => $"v{batch} {index}")],
                bytes => Sealed(With(bytes, harmed => harmed[random.Next(RecordBatchView.HeaderSizeInBytes, bytes.Length)] ^= (byte)(1 << random.Next(8)))),
                CompressionCodecs.Get(codec));
        }
        cluster.Log().Append(0, ["end"]);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        var reader = new DamagedReader(consumer, byBatches: false);

        int failures = 0;
        while (!reader.Values.Contains("end"))
        {
            if (await reader.ReadAsync("end") is not { } failure) continue;
            Assert.InRange(++failures, 1, Batches);
            await consumer.SeekAsync(failure.TopicPartition, failure.NextOffset);
        }

        Assert.NotEqual(0, failures);
    }

    [Fact]
    public async Task Read_TheBrokerFindsItsLogDamaged_SaysWhere()
    {
        await using var cluster = new ScriptedCluster();
        cluster.Log().Append(0, ["a"]);
        cluster.Decide = (_, asked) => asked.FetchOffset == 1 ? new() { ErrorCode = ErrorCode.CorruptMessage } : null;
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        var reader = new DamagedReader(consumer, byBatches: false);

        Assert.Equal(1, (await reader.ReadUntilFailureAsync()).Offset.Value);
        Assert.Equal(["a"], reader.Values);
    }

    [Fact]
    public async Task Read_DamagedOnTheWay_IsReadWithTheNextTry()
    {
        await using var cluster = new ScriptedCluster();
        cluster.Log().Append(0, ["a"]);
        cluster.Log().Append(0, ["b"]);
        int fetches = 0;
        cluster.Decide = (_, asked) =>
        {
            if (Interlocked.Increment(ref fetches) > 1) return null;
            var answer = cluster.Read(asked);
            ((MemoryRecords)answer.Records!).Memory.Span[^1] ^= 1;
            return answer;
        };
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        var reader = new DamagedReader(consumer, byBatches: false);

        Assert.Equal(1, (await reader.ReadUntilFailureAsync()).Offset.Value);
        await reader.ReadUntilAsync("b");

        Assert.Equal(["a", "b"], reader.Values);
    }

    /// <summary>Nothing in the log gets the reader on: it must not fetch it for ever.</summary>
    [Fact]
    public async Task Read_TheBrokerSendsOnlyEarlierBatches_SaysWhere()
    {
        await using var cluster = new ScriptedCluster();
        cluster.Log().Append(0, ["a"]);
        cluster.Log().Append(0, ["lost"], batch => With(batch, bytes => BinaryPrimitives.WriteInt64BigEndian(bytes, 0)));
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        var reader = new DamagedReader(consumer, byBatches: false);

        Assert.Equal(1, (await reader.ReadUntilFailureAsync()).Offset.Value);
        Assert.Equal(["a"], reader.Values);
        Assert.InRange(cluster.FetchesFrom(1), 1, 3);
    }

    [Fact]
    public async Task Process_ABatchIsDamaged_FinishesWhatCameBeforeAndSaysWhich()
    {
        await using var cluster = new ScriptedCluster();
        cluster.Log().Append(0, ["a", "b"]);
        cluster.Log().Append(0, ["lost"], Damages["checksum"]);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        int handled = 0;

        var failure = await Assert.ThrowsAsync<CorruptRecordException>(() => consumer.ProcessAsync((_, _) =>
        {
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        }).WaitAsync(Filling.Patience));

        Assert.Equal((2, 3), (failure.Offset.Value, failure.NextOffset.Value));
        Assert.InRange(handled, 0, 2);
        Assert.Contains($"{ScriptedCluster.Topic}-0", failure.Message, StringComparison.Ordinal);
    }

    private static byte[] With(byte[] batch, Action<byte[]> change)
    {
        change(batch);
        return batch;
    }

    private static byte[] WithInt32(byte[] batch, int at, int value) =>
        With(batch, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), value));

    /// <summary>Gives the damage a checksum that covers it up.</summary>
    private static byte[] Sealed(byte[] batch) =>
        With(batch, bytes => RecordBatchView.StampTimestamp(bytes, TimestampType.CreateTime, 1));

    /// <summary>Reads over failures, as an application that means to go on does.</summary>
    private sealed class DamagedReader(Consumer<string, string> consumer, bool byBatches)
    {
        public List<string> Values { get; } = [];

        public async Task<CorruptRecordException> ReadUntilFailureAsync()
        {
            var failure = await ReadAsync(last: null);
            Assert.NotNull(failure);
            return failure;
        }

        public async Task ReadUntilAsync(string last)
        {
            using var limit = new CancellationTokenSource(Filling.Patience);
            while (!Values.Contains(last))
            {
                limit.Token.ThrowIfCancellationRequested();
                await ReadAsync(last);
            }
        }

        /// <summary>Reads until a failure, or until a value came.</summary>
        public async Task<CorruptRecordException?> ReadAsync(string? last)
        {
            using var limit = new CancellationTokenSource(Filling.Patience);
            try
            {
                if (byBatches) await ReadBatchesAsync(last, limit.Token);
                else await ReadRecordsAsync(last, limit.Token);
                return null;
            }
            catch (CorruptRecordException failure)
            {
                return failure;
            }
        }

        private async Task ReadRecordsAsync(string? last, CancellationToken limit)
        {
            await foreach (var record in consumer.ReadAsync(limit))
            {
                Values.Add(record.Value);
                if (record.Value == last) return;
            }
        }

        private async Task ReadBatchesAsync(string? last, CancellationToken limit)
        {
            await foreach (var batch in consumer.ReadBatchesAsync(limit))
            {
                foreach (var record in batch.Records)
                {
                    Values.Add(batch.Deserialize(record).Value);
                    if (Values[^1] == last) return;
                }
            }
        }
    }
}
