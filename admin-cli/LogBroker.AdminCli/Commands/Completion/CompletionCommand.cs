using System.CommandLine;

namespace LogBroker.AdminCli.Commands.Completion;

/// <summary>Prints what makes a shell complete this program's words: it asks the program itself, so names of topics and groups are the
/// cluster's.</summary>
internal sealed class CompletionCommand(string shell, string install, string script, CommandEnvironment environment)
    : VerbCommand(shell, $"For {shell}: {install}", environment)
{
    public static VerbCommand[] All(CommandEnvironment environment) =>
    [
        new CompletionCommand("bash", "source <(./logbroker completion bash)", Bash, environment),
        new CompletionCommand("zsh", "source <(./logbroker completion zsh)", Zsh, environment),
        new CompletionCommand("fish", "./logbroker completion fish | source", Fish, environment),
        new CompletionCommand("powershell", "./logbroker completion powershell | Out-String | Invoke-Expression", PowerShell, environment),
    ];

    private const string Bash =
        """
        _logbroker() {
          local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _logbroker logbroker ./logbroker
        """;

    private const string Zsh =
        """
        _logbroker() {
          local -a found
          found=("${(@f)$(${words[1]} "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -a found
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _logbroker logbroker ./logbroker
        """;

    private const string Fish =
        """
        function __logbroker
          set -l line (commandline -cp)
          (commandline -opc)[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c logbroker -f -a '(__logbroker)'
        """;

    private const string PowerShell =
        """
        Register-ArgumentCompleter -Native -CommandName logbroker -ScriptBlock {
          param($word, $ast, $cursor)
          & $ast.CommandElements[0].Value "[suggest:$cursor]" "$ast" 2>$null |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        context.Environment.Output.WriteLine(script);
        return Task.FromResult(ExitCodes.Done);
    }
}
