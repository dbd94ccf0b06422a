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
    public void Write_OfATextThatLooksLikeSomethingElse_QuotesIt(string text) => Assert.Equal($"name: \"{text}\"\n", Yaml(text));

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
