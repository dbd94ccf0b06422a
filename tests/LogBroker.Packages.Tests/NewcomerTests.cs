using System.Text.RegularExpressions;
using LogBroker.Testing;

namespace LogBroker.Packages.Tests;

/// <summary>The first steps of somebody who has read the packages' readme and has nothing but the SDK.</summary>
[Collection(PackageFeed.Name)]
public sealed partial class NewcomerTests(PackageFeed feed)
{
    [SdkFact]
    public async Task FirstFiveMinutes_OfTheReadme_PrintWhatItSays()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        string readme = await File.ReadAllTextAsync(Path.Combine(PackageFeed.RepositoryRoot, "client", "README.md"));
        string code = CodeBlock().Match(readme).Groups[1].Value;
        string folder = feed.NewProgramFolder("first-steps");

        await DotnetCommand.RunAsync(folder, "new", "console", "--no-restore");
        await DotnetCommand.RunAsync(folder, "add", "package", "LogBroker.Client");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"), code.Replace("localhost:9092", broker.BootstrapServers, StringComparison.Ordinal));
        string printed = await DotnetCommand.RunAsync(folder, "run");

        Assert.Equal(["written to greetings-0 at offset 0", "hello, world"], Lines(printed));
        Assert.Contains("prints `written to greetings-0 at offset 0` and `hello, world`", readme, StringComparison.Ordinal);
        Assert.True(code.Split('\n').Count(line => line.Trim().Length > 1) <= 12, "The readme promises a handful of lines.");
    }

    [SdkFact]
    public async Task BrokerInAProgram_FromThePackage_Serves()
    {
        string folder = feed.NewProgramFolder("own-broker");

        await File.WriteAllTextAsync(Path.Combine(folder, "own-broker.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="LogBroker.Client.DependencyInjection" Version="*" />
                <PackageReference Include="LogBroker.Testing" Version="*" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using LogBroker.Client;
            using LogBroker.Testing;
            using Microsoft.Extensions.DependencyInjection;

            await using TestBroker broker = await TestBroker.StartAsync();
            await using ServiceProvider services = new ServiceCollection()
                .AddLogBroker(builder => builder.Configure(options => options with { BootstrapServers = [broker.BootstrapServers] })
                    .AddProducer<string, string>())
                .BuildServiceProvider();
            RecordMetadata written = await services.GetRequiredService<Producer<string, string>>().ProduceAsync("orders", "a", "1");
            Console.WriteLine($"{written.TopicPartition} {written.Offset}");
            """);

        Assert.Equal("orders-0 0", Lines(await DotnetCommand.RunAsync(folder, "run"))[^1]);
    }

    private static string[] Lines(string printed) => printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
