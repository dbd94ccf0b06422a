using System.CommandLine;
using System.CommandLine.Completions;

namespace LogBroker.AdminCli.Commands.Completion;

/// <summary>Has options be completed with the words of an enumeration as people type them: in lower case.</summary>
internal static class EnumWords
{
    public static Option<T> CompletedAs<T, TEnum>(this Option<T> option)
        where TEnum : struct, Enum
    {
        option.CompletionSources.Clear();
        // Looked up when they are asked for: reflection takes a good part of a short command.
        option.CompletionSources.Add(_ => Enum.GetNames<TEnum>().Select(name => new CompletionItem(name.ToLowerInvariant())));
        return option;
    }
}
