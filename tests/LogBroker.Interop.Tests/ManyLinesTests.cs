using System.Security.Cryptography;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;
using Xunit.Abstractions;

namespace LogBroker.Interop.Tests;

/// <summary>Many lines through kcat: what is pulled has the hash of what was published.</summary>
[Collection(SharedBroker.Name)]
public sealed class ManyLinesTests(BrokerFixture fixture, ITestOutputHelper output)
{
    private const int ProseBytes = 10_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static int LineCount => InteropEnvironment.IsFull ? 1_000_000 : 100_000;

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task LinesOf100Bytes_ThroughKcat_KeepTheirHash(string codec)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using HashedLines lines = HashedLines.Random(LineCount, seed);

        await AssertKeepsHashAsync(lines, codec);
    }

    [Fact]
    public async Task TenMegabytesOfText_ThroughKcat_KeepTheirHash()
    {
        using HashedLines prose = HashedLines.Prose(ProseBytes);

        await AssertKeepsHashAsync(prose, "none");
    }

    private async Task AssertKeepsHashAsync(HashedLines lines, string codec)
    {
        string topic = await fixture.CreateTopicAsync("lines");
        ProcessCommand publish = KcatClient.Command(
            fixture.Bootstrap, "-P", "-t", topic, "-p", "0", "-z", codec, "-X", "enable.idempotence=true", "-l", lines.Path);
        ProcessCommand pull = KcatClient.Command(
            fixture.Bootstrap, "-C", "-t", topic, "-p", "0", "-o", "beginning", "-e", "-q");

        (await ChildProcess.RunAsync(publish, timeLimit: Limit)).Succeeded();
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            (await ChildProcess.PipeAsync(pull, hashed, Limit)).Succeeded();
        }

        Assert.Equal(lines.Count, await ForeignClients.Kcat.FindOffsetAsync(fixture.Bootstrap, topic, 0, "latest"));
        Assert.Equal(lines.Hash, Convert.ToHexString(hash.Hash!));
        output.WriteLine($"{codec}: {lines.Count} lines, SHA-256 {lines.Hash}");
    }
}
