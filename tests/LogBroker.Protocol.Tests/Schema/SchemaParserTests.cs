using LogBroker.Protocol.Generator.Schema;

namespace LogBroker.Protocol.Tests.Schema;

public sealed class SchemaParserTests
{
    private const string Heading = "api Test key 1 versions 0-5 flexible 3+\nrequest\n";

    [Fact]
    public void Parse_OfAWholeFile_GivesItsMessages()
    {
        var file = SchemaParser.Parse("""
            # Anything behind a hash is a comment.
            api Test key 1 versions 0-5 flexible 3+ unstable 5

            request
              struct Shared
                Id       int32      1+
              Name       string?    0+   default null   # of the topic
              Topics     []Topic    1+   ignorable
                Parts    []Shared?  2-4
              Alone      Shared     3+   tag 7

            response
              ErrorCode  int16      0+
            """);

        Assert.Empty(file.Errors);
        Assert.Equal(new ApiHeading("Test", 1, new Versions(0, 5), new Versions(3, Versions.Open), 5), file.Api);
        Assert.Equal(["TestRequest", "TestResponse"], file.Messages.Select(message => message.Name));
        var request = file.Messages[0];
        Assert.Equal(["Shared", "Topic"], request.Structs.Select(item => item.Name));
        Assert.Equal(new Versions(2, 5), request.Structs[0].Versions);
        var topics = request.Root.Fields[1];
        Assert.True(topics is { IsIgnorable: true, IsStructArray: true, Tag: null });
        Assert.Equal(new Versions(2, 4), topics.Struct!.Fields[0].NullableVersions);
        Assert.Equal(7, request.Root.Fields[2].Tag);
    }

    [Theory]
    [InlineData("  Name string", 2, "A field is")]
    [InlineData("  name string 0+", 2, "capitalised")]
    [InlineData("  Name text 0+", 2, "neither")]
    [InlineData("  Name string 0..3", 2, "version range")]
    [InlineData("  Name string 7+", 2, "outside")]
    [InlineData("  Name string 0+ tagged 3", 2, "Option")]
    [InlineData("  Name string 0+ tag", 2, "Option")]
    [InlineData("   Name string 0+", 2, "Indent")]
    [InlineData("  Name string 0+\n    Deeper int8 0+", 3, "Only the fields of a struct")]
    [InlineData("  Item Absent 0+", 2, "declared nowhere")]
    [InlineData("  struct Idle\n    Id int8 0+", 2, "No field holds")]
    [InlineData("  Item Item 0+\n    Id int8 0+", 2, "bears the name")]
    [InlineData("  Outer Item 0+\n    Item int8 0+", 3, "bears the name")]
    [InlineData("  Id int8 0+\n  Id int8 0+", 3, "declared twice")]
    [InlineData("  First Item 0+\n    Id int8 0+\n  Second Item 0+\n    Id int8 0+", 5, "declared twice")]
    [InlineData("  Late int8 1+ tag 0", 2, "flexible")]
    [InlineData("  One int8 3+ tag 0\n  Two int8 3+ tag 0", 3, "taken")]
    [InlineData("  Id int8? 0+", 2, "cannot be null")]
    [InlineData("  Name string 0+ default null", 2, "no version allows")]
    [InlineData("  Id int8 0+ default 300", 2, "default")]
    [InlineData("  All []records 0+", 2, "no arrays")]
    [InlineData("  Outer Item 3+\n    Id int8 0-2", 3, "in no version")]
    [InlineData("request\n", 2, "declared twice")]
    [InlineData("answer\n", 2, "no heading")]
    public void Parse_OfAWrongLine_SaysWhatAndWhere(string lines, int line, string says)
    {
        var errors = SchemaParser.Parse(Heading + lines).Errors;

        Assert.Contains(errors, error => error.Line == line && error.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "declares no message")]
    [InlineData("request\n  Id int8 0+", "follow an 'api' line")]
    [InlineData("  Id int8 0+", "before any heading")]
    [InlineData("api Test versions 0-5 flexible 3+", "key N")]
    [InlineData("api Test key 1 versions 0+ flexible 3+", "highest version")]
    [InlineData("record Test kind 1 versions 0 flexible none", "Heading option 'kind'")]
    public void Parse_OfAWrongHeading_SaysSo(string text, string says)
    {
        var errors = SchemaParser.Parse(text).Errors;

        Assert.Contains(errors, error => error.Message.Contains(says, StringComparison.Ordinal));
    }
}
