using LogBroker.Client.Admin.Calls;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Times as brokers tell them: records may have any.</summary>
public sealed class AnswerTimeTests
{
    [Theory]
    [InlineData(0, 1970)]
    [InlineData(1_700_000_000_000, 2023)]
    [InlineData(1_700_000_000_000_000_000, 9999)]
    [InlineData(long.MaxValue, 9999)]
    public void ToTime_OfAnyTime_IsNotBeyondTheYear9999(long milliseconds, int year) => Assert.Equal(year, Answers.ToTime(milliseconds)!.Value.Year);

    [Fact]
    public void ToTime_OfNone_IsNull() => Assert.Null(Answers.ToTime(-1));
}
