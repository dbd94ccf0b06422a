using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Tests.Messages;

namespace LogBroker.Protocol.Tests.Fuzzing;

/// <summary>Whatever arrives, a reader throws its one exception or gives a message, and takes little memory.</summary>
public sealed class ReaderFuzzTests
{
    private const int MutationsPerVersion = 90;
    private const int AllocationPerByteMax = 16;
    private const int AllocationFree = 64 * 1024;
    private static readonly int Seed = Random.Shared.Next();

    public static TheoryData<string> Names => MessageShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_OfMutatedFrames_IsMalformedAtWorstAndTakesLittleMemory(string name)
    {
        var shape = MessageShape.ByName[name];
        int seed = Seed ^ name.GetHashCode(StringComparison.Ordinal);
        var messages = new RandomMessages(seed);
        var mutations = new FrameMutations(seed);
        foreach (short version in VersionsToFuzz(shape))
        {
            for (int i = 0; i < MutationsPerVersion; i++)
            {
                byte[] frame = mutations.Next(MessageShape.Write(messages.Next(shape, version), version));
                Read(shape, frame, version);
            }
        }
    }

    [Fact]
    public void ReadHeader_OfRandomFrames_IsMalformedAtWorst()
    {
        var mutations = new FrameMutations(Seed);
        int headers = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] frame = mutations.RandomBytes(i % 40);
            if (frame.Length > 1) frame[0] = 0; // So that the API key is often a known one.
            try
            {
                var reader = new KafkaReader(frame);
                RequestHeader.Read(ref reader);
                headers++;
            }
            catch (MalformedMessageException)
            {
                // The one exception allowed.
            }
        }
        Assert.True(headers > 0, $"No random header could be read, seed {Seed}.");
    }

    private static void Read(MessageShape shape, byte[] frame, short version)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            shape.Read(frame, version, out _);
        }
        catch (MalformedMessageException)
        {
            // The one exception allowed.
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        long allowed = AllocationFree + (long)AllocationPerByteMax * frame.Length;
        Assert.True(
            allocated <= allowed,
            $"{shape.Schema.Name} version {version}, seed {Seed}: {frame.Length} bytes took {allocated} of memory: " +
            Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, 400))));
    }

    /// <summary>The lowest, the first flexible and the highest version.</summary>
    private static IEnumerable<short> VersionsToFuzz(MessageShape shape)
    {
        short[] versions = [.. shape.Versions];
        var firstFlexible = versions.Where(version => shape.Schema.Flexible.Contains(version)).Take(1);
        return firstFlexible.Append(versions[0]).Append(versions[^1]).Distinct();
    }
}
