using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>What a consumer group keeps of a member that speaks the classic protocol. Immutable.</summary>
/// <param name="SessionTimeout">How long it may be silent.</param>
/// <param name="Protocols">The assignors it offers, most wanted first, each with its subscription as it sent it.</param>
internal sealed record ClassicSide(TimeSpan SessionTimeout, ImmutableArray<ClassicProtocol> Protocols)
{
    public static ClassicSide Of(JoinGroupRequest request) =>
        new(TimeSpan.FromMilliseconds(request.SessionTimeoutMs), ClassicProtocol.From(request));

    public static ClassicSide? Of(ConsumerGroupMemberMetadataValue.ClassicMemberMetadataData? value) => value is null
        ? null
        : new ClassicSide(
            TimeSpan.FromMilliseconds(value.SessionTimeoutMs),
            [.. value.SupportedProtocols.Select(one => new ClassicProtocol(one.Name, one.Metadata.ToArray()))]);

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

    public bool Equals(ClassicSide? other) =>
        other is not null && SessionTimeout == other.SessionTimeout && Protocols.Length == other.Protocols.Length &&
        Protocols.Zip(other.Protocols).All(
            pair => pair.First.Name == pair.Second.Name && pair.First.Metadata.Span.SequenceEqual(pair.Second.Metadata.Span));

    public override int GetHashCode() => HashCode.Combine(SessionTimeout, Protocols.Length);
}
