using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>Apache Kafka that asks who comes, and lets alice do nothing.</summary>
public sealed class GuardedKafka : IAsyncLifetime
{
    private readonly int _port = LoopbackPort.FindFree();
    private readonly int _guardedPort = LoopbackPort.FindFree();
    private Func<ValueTask> _stop = () => ValueTask.CompletedTask;

    /// <summary>Where it asks.</summary>
    public string Guarded => $"127.0.0.1:{_guardedPort}";

    public async Task InitializeAsync()
    {
        if (!ClientTarget.IsKafka) return;
        string listeners = $"PLAINTEXT://127.0.0.1:{_port},SASL://{Guarded}";
        var kafka = new ProcessTarget(
            _port,
            isKafka: true,
            [
                ("listeners", $"{listeners},CONTROLLER://127.0.0.1:{_port + 1}"),
                ("advertised.listeners", listeners),
                ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT"),
                ("sasl.enabled.mechanisms", "PLAIN"),
                ("listener.name.sasl.plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"alice-secret\";"),
                ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                ("super.users", "User:ANONYMOUS"),
                ("auto.create.topics.enable", "false"),
            ]);
        _stop = kafka.DisposeAsync;
        await kafka.StartAsync();
    }

    public async Task DisposeAsync() => await _stop();
}

public sealed class ForbiddenTests(GuardedKafka kafka) : IClassFixture<GuardedKafka>
{
    private const string Alice = "-X security.protocol=SASL_PLAINTEXT -X sasl.username=alice -X sasl.password=alice-secret";

    private readonly CommandLineUnderTest _cli = new();

    [KafkaOnlyFact]
    public async Task Run_WithAWrongPassword_SaysSoAtOnceAndTellsNoPassword()
    {
        CommandResult failed = (await _cli.RunAsync($"topic list -b {kafka.Guarded} -X sasl.username=alice -X sasl.password=Tr0ub4dor")).Failed();

        Assert.Contains("uthenticat", failed.Error, StringComparison.Ordinal);
        Assert.Contains("./logbroker profile show", failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Tr0ub4dor", failed.Error, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task Run_WithThePasswordInTheEnvironment_ComesAsThatUser()
    {
        _cli["LOGBROKER_X_SASL_USERNAME"] = "alice";
        _cli["LOGBROKER_X_SASL_PASSWORD"] = "alice-secret";

        Assert.DoesNotContain("error", (await _cli.RunAsync($"topic list -b {kafka.Guarded}")).Done().Error, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task Run_WithoutSayingWho_SaysWhatIsMissing()
    {
        CommandResult failed = (await _cli.RunAsync($"topic list -b {kafka.Guarded} --timeout 2")).Failed();

        Assert.Contains("SASL", failed.Error, StringComparison.Ordinal);
        Assert.Contains("sasl.username", failed.Error, StringComparison.Ordinal);
    }

    [KafkaOnlyTheory]
    [InlineData("topic create secret -p 1")]
    [InlineData("topic describe secret")]
    [InlineData("group describe secret")]
    [InlineData("cluster health")]
    [InlineData("consume secret")]
    [InlineData("produce secret --template x")]
    public async Task Run_WithoutPermission_SaysWhatIsForbidden(string line)
    {
        CommandResult failed = (await _cli.RunAsync($"{line} -b {kafka.Guarded} --timeout 3 {Alice}")).Failed();

        Assert.Contains("uthoriz", failed.Output + failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failed.Error, StringComparison.Ordinal);
    }
}

/// <summary>A theory of what only Apache Kafka offers so far.</summary>
internal sealed class KafkaOnlyTheoryAttribute : TheoryAttribute
{
    public KafkaOnlyTheoryAttribute()
    {
        if (!ClientTarget.IsKafka) Skip = "needs Apache Kafka: LOGBROKER_CLIENT_TARGET=kafka and KAFKA_HOME";
    }
}
