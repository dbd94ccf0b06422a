using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

public sealed class PropertiesFileTests
{
    [Theory]
    [InlineData("a=b", "a", "b")]
    [InlineData("  a.b.c = d e  ", "a.b.c", "d e")]
    [InlineData("a:b", "a", "b")]
    [InlineData("a b", "a", "b")]
    [InlineData("a", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("listeners=PLAINTEXT://:9092", "listeners", "PLAINTEXT://:9092")]
    [InlineData(@"a\ b\==c", "a b=", "c")]
    [InlineData(@"a=\t\n\\x\u0041\q", "a", "\t\n\\xAq")]
    [InlineData(@"a=\u00", "a", "u00")]
    [InlineData("a=# no comment", "a", "# no comment")]
    public void Parse_OneLine_GivesNameAndValue(string line, string name, string value) =>
        Assert.Equal([new PropertiesFile.Entry(name, value, 1)], PropertiesFile.Parse(new StringReader(line)));

    [Fact]
    public void Parse_CommentsAndEmptyLines_AreSkipped() =>
        Assert.Equal([new PropertiesFile.Entry("a", "b", 5)], PropertiesFile.Parse(new StringReader("# x\n! y=z\n\n   \na=b")));

    [Fact]
    public void Parse_ContinuedLine_IsJoinedWithoutLeadingSpace() =>
        Assert.Equal(
            [new PropertiesFile.Entry("a", "b,c,d", 1), new PropertiesFile.Entry("e", "f", 4)],
            PropertiesFile.Parse(new StringReader("a=b,\\\n   c,\\\n\td\ne=f")));

    [Fact]
    public void Parse_EvenNumberOfFinalBackslashes_DoesNotContinue() =>
        Assert.Equal(
            [new PropertiesFile.Entry("a", @"b\", 1), new PropertiesFile.Entry("c", "d", 2)],
            PropertiesFile.Parse(new StringReader("a=b\\\\\nc=d")));

    [Fact]
    public void Parse_ContinuationAtTheEnd_IsComplete() =>
        Assert.Equal([new PropertiesFile.Entry("a", "b", 1)], PropertiesFile.Parse(new StringReader("a=b\\")));
}
