using System.Text.Json.Nodes;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Tests.Output;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("Null")]
    [InlineData("TRUE")]
    [InlineData("No")]
    [InlineData("y")]
    [InlineData(".inf")]
    [InlineData("0x1F")]
    [InlineData("1_000")]
    [InlineData("-5")]
    [InlineData("12:30:00")]
    [InlineData("2026-01-31")]
    [InlineData("1e3")]
    [InlineData("0b11")]
    [InlineData("=")]
    [InlineData("<<")]
    [InlineData("-.inf")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData(" a")]
    public void Write_OfATextThatLooksLikeSomethingElse_QuotesIt(string text) => Assert.Equal($"name: \"{text}\"\n", Yaml(text));

    [Theory]
    [InlineData("x\ty", "\"x\ty\"")]
    [InlineData("\0\t\n x", "\"\\0\t\\n x\"")]
    [InlineData("\r", "\"\\r\"")]
    [InlineData("\u0085", "\"\\N\"")]
    public void Write_OfControlCharacters_QuotesThem(string text, string yaml) => Assert.Equal($"name: {yaml}\n", Yaml(text));

    [Fact]
    public void Write_OfANameThatIsNoWord_QuotesIt()
    {
        var output = new StringWriter();
        YamlText.Write(new JsonObject { ["on"] = 1, ["a b: c"] = null }, output);
        Assert.Equal("\"on\": 1\n\"a b: c\": null\n", output.ToString());
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("3c7bdc5b-7610-42ac-a2f0-000000000000")]
    [InlineData("nothing")]
    public void Write_OfAPlainText_LeavesItBare(string text) => Assert.Equal($"name: {text}\n", Yaml(text));

    private static string Yaml(string text)
    {
        var output = new StringWriter();
        YamlText.Write(new JsonObject { ["name"] = text }, output);
        return output.ToString();
    }
}
