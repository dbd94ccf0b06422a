using System.Globalization;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests.Groups;

/// <summary>What a member is told when it is started.</summary>
/// <param name="Bootstrap">The broker.</param>
/// <param name="Group">The group, and the topic that it reads.</param>
/// <param name="Name">The member's name: its client id, and the first word of all it says.</param>
/// <param name="Session">How long it may be silent.</param>
/// <param name="Settings">Further settings in the words of its library.</param>
internal sealed record MemberRole(string Bootstrap, string Group, string Name, TimeSpan Session, params string[] Settings)
{
    public string SessionMilliseconds => Session.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A client library that can be a member of a group. Its program takes the command line of Clients/README.md.</summary>
internal sealed record GroupClient(string Name, Func<MemberRole, ProcessCommand> Member)
{
    /// <summary>Whether a member stays in the group while the broker is away; kcat ends itself.</summary>
    public bool OutlivesBroker { get; private init; } = true;

    public static GroupClient Kcat { get; } = new("kcat", role =>
        // Line by line, so that members may write to one file; what it says of assignments is on standard error.
        new ProcessCommand("stdbuf", [
            "-oL", "-eL", "kcat", "-b", role.Bootstrap, "-X", $"client.id={role.Name}", "-X", "auto.offset.reset=earliest",
            "-X", $"session.timeout.ms={role.SessionMilliseconds}", "-X", "heartbeat.interval.ms=500",
            "-X", "auto.commit.interval.ms=100", "-X", "reconnect.backoff.max.ms=500",
            .. role.Settings.SelectMany(setting => new[] { "-X", setting }),
            "-f", $@"{role.Name} record %p %o\n", "-G", role.Group, role.Group,
        ]))
    {
        OutlivesBroker = false,
    };

    public static GroupClient Python { get; } = new("kafka-python", Scripted(
        new ProcessCommand("/usr/bin/python3", ForeignClients.Source("python", "member.py"))));

    public static GroupClient KafkaJs { get; } = new("kafkajs", Scripted(ForeignClients.Node("kafkajs", "member.mjs")));

    public static GroupClient Librdkafka { get; } = new("librdkafka", Scripted(
        new ProcessCommand(Path.Combine(InteropEnvironment.InstalledDirectory, "librdkafka-member"))));

    public static GroupClient Java { get; } = new("java", role => Scripted(KafkaTools.Class("GroupMember"))(role));

    /// <summary>Those that are here: Java's where KAFKA_HOME is set.</summary>
    public static IReadOnlyList<GroupClient> All { get; } =
        [Kcat, Python, KafkaJs, Librdkafka, .. InteropEnvironment.KafkaHome is null ? Array.Empty<GroupClient>() : [Java]];

    public static GroupClient Named(string name) => All.Single(client => client.Name == name);

    public override string ToString() => Name;

    private static Func<MemberRole, ProcessCommand> Scripted(ProcessCommand program) => role =>
        program.With([role.Bootstrap, role.Group, role.Name, role.SessionMilliseconds, .. role.Settings]);
}
