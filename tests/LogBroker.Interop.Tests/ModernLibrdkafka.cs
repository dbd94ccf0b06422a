using System.Globalization;
using System.Text.RegularExpressions;
using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests;

/// <summary>A librdkafka that speaks the consumer group protocol: the installed one, or that of <c>LIBRDKAFKA_HOME</c>.</summary>
internal static partial class ModernLibrdkafka
{
    private const string Header = "/usr/include/librdkafka/rdkafka.h";
    private const int SpeaksConsumerProtocol = 0x020400ff;

    /// <summary>A folder with a <c>librdkafka.so.1</c> that goes before the installed one; null when there is none.</summary>
    public static string? Home { get; } = Environment.GetEnvironmentVariable("LIBRDKAFKA_HOME") is { Length: > 0 } home ? home : null;

    /// <summary>Why tests that need one are skipped; null when they are not.</summary>
    public static string? Missing { get; } = Home is not null || InstalledVersion() >= SpeaksConsumerProtocol
        ? null
        : "the installed librdkafka does not know group.protocol=consumer (2.4 does), and LIBRDKAFKA_HOME names no newer one";

    public static IReadOnlyDictionary<string, string> ProcessEnvironment => Home is null
        ? new Dictionary<string, string>()
        : new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = Home };

    private static int InstalledVersion() =>
        File.Exists(Header) && Version().Match(File.ReadAllText(Header)) is { Success: true } found
            ? int.Parse(found.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex("#define RD_KAFKA_VERSION +0x([0-9a-f]+)")]
    private static partial Regex Version();
}

/// <summary>A test that needs a <see cref="ModernLibrdkafka"/>; skipped with the reason where there is none.</summary>
internal sealed class ModernLibrdkafkaFactAttribute : FactAttribute
{
    private bool _needsKafkaHome;

    public ModernLibrdkafkaFactAttribute() => Skip = ModernLibrdkafka.Missing;

    /// <summary>Whether Kafka's own client takes part too.</summary>
    public bool NeedsKafkaHome
    {
        get => _needsKafkaHome;
        set
        {
            _needsKafkaHome = value;
            if (value && InteropEnvironment.KafkaHome is null) Skip ??= "KAFKA_HOME is not set: Apache Kafka's own clients are not here";
        }
    }
}
