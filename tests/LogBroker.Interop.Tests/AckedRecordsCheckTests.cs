namespace LogBroker.Interop.Tests;

/// <summary>The checker itself: each kind of fault is seen.</summary>
public sealed class AckedRecordsCheckTests
{
    [Fact]
    public void FaultsOf_LogAsPromised_IsEmpty() =>
        Assert.Empty(AckedRecordsCheck.FaultsOf([(0, 0), (1, 1), (2, 2)], new Dictionary<long, long> { [0] = 0, [1] = 1 }));

    [Fact]
    public void FaultsOf_LostRecord_NamesIt() =>
        Assert.Equal(
            ["record 2, acknowledged at offset 2, is lost"],
            AckedRecordsCheck.FaultsOf([(0, 0), (1, 1)], new Dictionary<long, long> { [2] = 2 }));

    [Fact]
    public void FaultsOf_DoubledRecord_NamesIt() =>
        Assert.Contains(
            "record 1 is there again at offset 2",
            AckedRecordsCheck.FaultsOf([(0, 0), (1, 1), (2, 1), (3, 2)], new Dictionary<long, long>()));

    [Fact]
    public void FaultsOf_SwappedRecords_NamesThem() =>
        Assert.Contains(
            "record 2 at offset 1 where 1 was due",
            AckedRecordsCheck.FaultsOf([(0, 0), (1, 2), (2, 1)], new Dictionary<long, long>()));

    [Fact]
    public void FaultsOf_RecordElsewhere_NamesIt() =>
        Assert.Equal(
            ["record 1 stands at offset 1, acknowledged at 7"],
            AckedRecordsCheck.FaultsOf([(0, 0), (1, 1)], new Dictionary<long, long> { [1] = 7 }));
}
