using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Whatever a client may ask a broker, this one can.</summary>
public sealed class RequestCoverageTests
{
    /// <summary>The requests of brokers that this client does not make, and why.</summary>
    private static readonly Dictionary<ApiKey, string> NotMade = new()
    {
        [ApiKey.AlterConfigs] = "IncrementalAlterConfigs took its place: it loses no setting that somebody else set meanwhile",
        [ApiKey.ShareGroupHeartbeat] = "consumers of share groups are to come",
        [ApiKey.ShareFetch] = "consumers of share groups are to come",
        [ApiKey.ShareAcknowledge] = "consumers of share groups are to come",
        [ApiKey.StreamsGroupHeartbeat] = "stream processing is to come",
        [ApiKey.InitializeShareGroupState] = "brokers ask each other",
        [ApiKey.ReadShareGroupState] = "brokers ask each other",
        [ApiKey.WriteShareGroupState] = "brokers ask each other",
        [ApiKey.DeleteShareGroupState] = "brokers ask each other",
        [ApiKey.ReadShareGroupStateSummary] = "brokers ask each other",
    };

    [Fact]
    public void Client_MakesEveryRequestThatIsForClients()
    {
        var made = RequestsMadeIn(typeof(LogBrokerClient).Assembly.Location);

        Assert.Equal(ApiCatalog.All.Select(api => api.Key).Except(NotMade.Keys).Order(), made.Order());
    }

    /// <summary>The requests whose constructors an assembly calls.</summary>
    private static IEnumerable<ApiKey> RequestsMadeIn(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        var made = new List<ApiKey>();
        foreach (var handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference || metadata.GetString(member.Name) != ".ctor") continue;
            TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
            const string Suffix = "Request";
            string name = metadata.GetString(type.Name);
            if (!name.EndsWith(Suffix, StringComparison.Ordinal)) continue;
            if (Enum.TryParse(name[..^Suffix.Length], out ApiKey api)) made.Add(api);
        }

        return made.Distinct();
    }
}
