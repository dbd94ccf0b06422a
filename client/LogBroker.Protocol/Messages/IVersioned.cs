using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Messages;

/// <summary>What is known of a message's type without having one.</summary>
public interface IVersioned<TSelf> : IMessage
    where TSelf : IVersioned<TSelf>
{
    /// <summary>Every version declared, the ones not final included.</summary>
    static abstract VersionRange Versions { get; }

    /// <summary>From where on lengths are compact and structs end in tagged fields; the type's maximum where no
    /// version is so (KIP-482).</summary>
    static abstract short FirstFlexibleVersion { get; }

    /// <summary>Reads a message in the form of <paramref name="version"/>. Bytes and records in it are views of the
    /// reader's frame. Bytes behind it are left unread.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    static abstract TSelf Read(ref KafkaReader reader, short version);
}

/// <summary>A request or response.</summary>
public interface IApiMessage<TSelf> : IVersioned<TSelf>
    where TSelf : IApiMessage<TSelf>
{
    static abstract ApiKey Key { get; }
}
