using System.CommandLine;

namespace LogBroker.AdminCli.Commands.Completion;

/// <summary>Has options be completed with the words of an enumeration as people type them: in lower case.</summary>
internal static class EnumWords
{
    public static Option<T> CompletedAs<T, TEnum>(this Option<T> option)
        where TEnum : struct, Enum
    {
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. Enum.GetNames<TEnum>().Select(name => name.ToLowerInvariant())]);
        return option;
    }
}
