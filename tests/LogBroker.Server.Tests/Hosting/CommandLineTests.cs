using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_AllFlags_GivesFileAndSettingsInOrder()
    {
        CommandLine line = CommandLine.Parse(
            ["--config", "f", "--data=/d", "--set", "a=1", "b=2", "--log-level", "debug", "--set=c=x=y"]);

        Assert.Equal("f", line.ConfigFile);
        Assert.Equal(
            ["log.dirs=/d", "a=1", "b=2", "log.level=debug", "c=x=y"],
            line.Settings.Select(setting => $"{setting.Name}={setting.Value}"));
        Assert.All(line.Settings, setting => Assert.Equal(SettingSource.Flag, setting.Source));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Parse_Help_IsSeen(string flag) => Assert.True(CommandLine.Parse([flag]).WantsHelp);

    [Fact]
    public void Parse_Version_IsSeen() => Assert.True(CommandLine.Parse(["--version"]).WantsVersion);

    [Theory]
    [InlineData("--bogus")]
    [InlineData("a=b")]
    [InlineData("--set")]
    [InlineData("--set", "novalue")]
    [InlineData("--config")]
    public void Parse_BadArgument_IsRefused(params string[] arguments) =>
        Assert.NotEmpty(Assert.Throws<SettingsException>(() => CommandLine.Parse(arguments)).Problems);
}
