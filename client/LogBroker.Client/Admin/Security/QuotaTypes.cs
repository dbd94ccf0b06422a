namespace LogBroker.Client;

/// <summary>Whom a quota is for: a user, a client id, an address, or a user's client id.</summary>
/// <param name="User">The user; empty for the default of all users; null when it is not about users.</param>
/// <param name="ClientId">The client id; empty for the default of all; null when it is not about client ids.</param>
/// <param name="Ip">The address; empty for the default of all; null when it is not about addresses.</param>
public sealed record QuotaEntity(string? User = null, string? ClientId = null, string? Ip = null)
{
    internal const string UserType = "user";
    internal const string ClientIdType = "client-id";
    internal const string IpType = "ip";

    /// <summary>Its parts in the protocol's words; a null name is the default.</summary>
    internal IEnumerable<(string Type, string? Name)> Parts
    {
        get
        {
            if (User is not null) yield return (UserType, User.Length == 0 ? null : User);
            if (ClientId is not null) yield return (ClientIdType, ClientId.Length == 0 ? null : ClientId);
            if (Ip is not null) yield return (IpType, Ip.Length == 0 ? null : Ip);
        }
    }

    internal static QuotaEntity From(IEnumerable<(string Type, string? Name)> parts)
    {
        var entity = new QuotaEntity();
        foreach (var (type, name) in parts)
        {
            entity = type switch
            {
                UserType => entity with { User = name ?? "" },
                ClientIdType => entity with { ClientId = name ?? "" },
                IpType => entity with { Ip = name ?? "" },
                _ => entity,
            };
        }
        return entity;
    }
}

/// <summary>The names of quotas.</summary>
public static class QuotaKeys
{
    /// <summary>Bytes a second that may be written.</summary>
    public const string ProducerByteRate = "producer_byte_rate";

    /// <summary>Bytes a second that may be read.</summary>
    public const string ConsumerByteRate = "consumer_byte_rate";

    /// <summary>Percent of a broker's threads that requests may take.</summary>
    public const string RequestPercentage = "request_percentage";

    /// <summary>Changes of partitions a second (KIP-599).</summary>
    public const string ControllerMutationRate = "controller_mutation_rate";

    /// <summary>New connections a second from an address (KIP-612).</summary>
    public const string ConnectionCreationRate = "connection_creation_rate";
}
