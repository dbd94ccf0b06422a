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

    // Names of groups are free text: the shell must take them for nothing but words. What stands before the last = or : of the word stays.
    private const string Bash =
        """
        _logbroker() {
          local name typed=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]}
          typed=${typed##* }
          COMPREPLY=()
          while IFS= read -r name; do
            if [[ $name == "$typed"* ]]; then COMPREPLY+=("$(printf %q "${name#"${typed%"$word"}"}")"); fi
          done < <("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
          if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null || true; fi
        }
        complete -o default -F _logbroker logbroker ./logbroker
        """;

    private const string Zsh =
        """
        _logbroker() {
          local -a found
          found=(${(f)"$(${words[1]} "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)"})
          compadd -a found
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _logbroker logbroker ./logbroker
        """;

    private const string Fish =
        """
        function __logbroker
          set -l words (commandline -opc)
          set -l line (commandline -cp | string collect)
          $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c logbroker -f -a '(__logbroker)'
        """;

    private const string PowerShell =
        """
        Register-ArgumentCompleter -Native -CommandName logbroker -ScriptBlock {
          param($word, $ast, $cursor)
          $position = $cursor - $ast.Extent.StartOffset
          & $ast.CommandElements[0].Value "[suggest:$position]" "$ast".PadRight($position) 2>$null |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        context.Environment.Output.WriteLine(script);
        return Task.FromResult(ExitCodes.Done);
    }
}
