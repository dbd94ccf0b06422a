using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

public sealed class BrokerReadinessTests
{
    [Fact]
    public void Reason_WhileLoading_TellsHowFarItIs()
    {
        var readiness = new BrokerReadiness();
        Assert.Equal("loading data", readiness.NotReadyReason);

        readiness.SetLoading("opening log 3 of 8");

        Assert.Equal("loading data: opening log 3 of 8", readiness.NotReadyReason);
    }

    [Fact]
    public void Reason_OnceLoaded_IsNotTakenBackByALateWord()
    {
        var readiness = new BrokerReadiness();

        readiness.SetReady();
        readiness.SetLoading("opening log 8 of 8");
        Assert.Null(readiness.NotReadyReason);

        readiness.SetStopping();
        readiness.SetLoading("opening log 8 of 8");
        Assert.Equal("stopping", readiness.NotReadyReason);
    }

    [Fact]
    public void Reason_WhileCoordinatorsLoad_IsTheirsAlthoughClientsAreLetIn()
    {
        var readiness = new BrokerReadiness();
        string? pending = "loading groups: 3 partitions left";
        readiness.SetPending(() => pending);
        Assert.Equal("loading data", readiness.NotReadyReason);

        readiness.SetReady();

        Assert.True(readiness.WhenReady.IsCompleted);
        Assert.Equal("loading groups: 3 partitions left", readiness.NotReadyReason);
        pending = null;
        Assert.Null(readiness.NotReadyReason);
    }
}
