using System.Collections.Immutable;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Messages;

/// <summary>Every API that is declared, whether or not a broker serves it.</summary>
public static partial class ApiCatalog
{
    private static readonly ApiDescription?[] ByKey = Index();

    /// <summary>In order of their keys.</summary>
    public static ImmutableArray<ApiDescription> All { get; } = Declared();

    /// <returns>Null for a key that is not declared.</returns>
    public static ApiDescription? Find(ApiKey key) => (uint)key < (uint)ByKey.Length ? ByKey[(int)key] : null;

    /// <summary>Reads the body of a request of a declared API, in a declared version.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public static IRequest ReadRequest(ApiKey key, ref KafkaReader reader, short version) =>
        ReadRequestOf(key, ref reader, version);

    /// <summary>Reads the body of a response of a declared API, in a declared version.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public static IResponse ReadResponse(ApiKey key, ref KafkaReader reader, short version) =>
        ReadResponseOf(key, ref reader, version);

    private static ApiDescription?[] Index()
    {
        var declared = Declared();
        var index = new ApiDescription?[(int)declared[^1].Key + 1];
        foreach (var api in declared) index[(int)api.Key] = api;
        return index;
    }
}
