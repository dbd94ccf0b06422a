using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Serving;

public sealed class RebalanceProtocolsTests
{
    [Fact]
    public async Task ConsumerGroups_ProtocolNotAmongTheSettings_AreUnsupported()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("group.coordinator.rebalance.protocols", "classic"));

        ConsumerGroupHeartbeatResponse joined = await broker.SendAsync(new ConsumerGroupHeartbeatRequest { GroupId = "g" });
        ConsumerGroupDescribeResponse described = await broker.SendAsync(new ConsumerGroupDescribeRequest { GroupIds = ["g"] });

        Assert.Equal(ErrorCode.UnsupportedVersion, joined.ErrorCode);
        ConsumerGroupDescribeResponse.DescribedGroup group = Assert.Single(described.Groups);
        Assert.Equal(("g", ErrorCode.UnsupportedVersion), (group.GroupId, group.ErrorCode));
    }
}
