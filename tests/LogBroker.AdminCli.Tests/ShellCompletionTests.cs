using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests;

/// <summary>The scripts of completion, run by the shells they are for.</summary>
public sealed class ShellCompletionTests : IAsyncLifetime
{
    // The program by the name users know it by.
    private const string Launcher = """
        cd "$(mktemp -d)"
        printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' "$program_path" >logbroker
        chmod +x logbroker

        """;

    private ClientTarget _target = null!;
    private string _topic = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _topic = await _target.CreateTopicAsync("tab");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [ShellFact("bash")]
    public async Task Bash_CompletesTheClustersTopics()
    {
        Assert.Contains(_topic, await BashAsync("./logbroker topic describe tab-"));
        Assert.Equal(["retention.ms="], await BashAsync($"./logbroker config set topic {_topic} retention.m"));
    }

    [ShellFact("bash")]
    public async Task Bash_TakesNamesForNothingButNames()
    {
        string group = "$(touch pwned)-`touch pwned`-" + ClientTarget.NewName("evil");
        await using (var client = _target.NewClient())
        {
            await client.Admin.GroupOffsets.AlterAsync(
                group, new Dictionary<TopicPartition, Client.OffsetAndMetadata> { [new TopicPartition(_topic, 0)] = new(new Offset(0)) });
        }

        string[] lines = await BashAsync("./logbroker group describe ", "ls");

        Assert.DoesNotContain("pwned", lines);
        Assert.Contains(lines, line => line.Contains("evil", StringComparison.Ordinal) && line.Contains("\\$\\(touch", StringComparison.Ordinal));
        await using (var client = _target.NewClient()) await client.Admin.Groups.DeleteAsync(group);
    }

    [ShellFact("fish")]
    public async Task Fish_CompletesTheClustersTopics()
    {
        string[] lines = await ProgramInShell.RunAsync(
            Launcher + "fish -c './logbroker completion fish | source; complete -C \"./logbroker topic describe tab-\"'", _target.Bootstrap);

        Assert.Contains(_topic, lines);
    }

    [ShellFact("zsh")]
    public async Task Zsh_CompletesTheClustersTopics()
    {
        // The function is called as the completion system calls it; what it adds is printed in place of being shown in a menu.
        string[] lines = await ProgramInShell.RunAsync(
            Launcher + """
            zsh -fc '
              compdef() { }
              source <(./logbroker completion zsh)
              compadd() { print -l -- $found }
              BUFFER="./logbroker topic describe tab-"; CURSOR=$#BUFFER; words=(./logbroker topic describe tab-)
              _logbroker'
            """,
            _target.Bootstrap);

        Assert.Contains(_topic, lines);
    }

    /// <summary>What bash would complete the line to.</summary>
    private Task<string[]> BashAsync(string line, string then = "true") => ProgramInShell.RunAsync(
        Launcher + $$"""
        source <(./logbroker completion bash)
        COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
        IFS=' ' read -ra COMP_WORDS <<<"$COMP_LINE"
        if [[ $COMP_LINE == *' ' ]]; then COMP_WORDS+=(''); fi
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _logbroker
        printf '%s\n' "${COMPREPLY[@]}"
        {{then}}
        """,
        _target.Bootstrap);
}
