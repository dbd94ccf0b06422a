using System.Collections.Immutable;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>What is kept of a member of a consumer group that speaks the classic protocol. Immutable.</summary>
/// <param name="SessionTimeout">How long it may be silent.</param>
/// <param name="Protocols">The assignors it offers, most wanted first, each with its subscription as it sent it.</param>
internal sealed record ClassicMember(TimeSpan SessionTimeout, ImmutableArray<ClassicMemberProtocol> Protocols)
{
    public static ClassicMember? Of(ConsumerGroupMemberMetadataValue.ClassicMemberMetadataData? value) => value is null
        ? null
        : new ClassicMember(
            TimeSpan.FromMilliseconds(value.SessionTimeoutMs),
            [.. value.SupportedProtocols.Select(one => new ClassicMemberProtocol(one.Name, one.Metadata.ToArray()))]);

    public ConsumerGroupMemberMetadataValue.ClassicMemberMetadataData ToRecord() => new()
    {
        SessionTimeoutMs = (int)SessionTimeout.TotalMilliseconds,
        SupportedProtocols =
        [
            .. Protocols.Select(one => new ConsumerGroupMemberMetadataValue.ClassicProtocol
            {
                Name = one.Name,
                Metadata = one.Metadata,
            }),
        ],
    };

    public bool Equals(ClassicMember? other) =>
        other is not null && SessionTimeout == other.SessionTimeout && Protocols.SequenceEqual(other.Protocols);

    public override int GetHashCode() => HashCode.Combine(SessionTimeout, Protocols.Length);
}

/// <summary>A protocol a classic member offers.</summary>
internal sealed record ClassicMemberProtocol(string Name, ReadOnlyMemory<byte> Metadata)
{
    public bool Equals(ClassicMemberProtocol? other) =>
        other is not null && Name == other.Name && Metadata.Span.SequenceEqual(other.Metadata.Span);

    public override int GetHashCode() => HashCode.Combine(Name, Metadata.Length);
}
