namespace LogBroker.AdminCli;

/// <summary>A command cannot go on: what happened and why, in a sentence, and what to try next.</summary>
/// <param name="message">What happened and why.</param>
/// <param name="next">What the user can do about it; null when there is nothing to say.</param>
/// <param name="exitCode">1 = it failed, 2 = it was used wrongly.</param>
internal sealed class CommandException(string message, string? next, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public string? Next { get; } = next;

    public int ExitCode { get; } = exitCode;
}

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It failed, or any of several items did.</summary>
    public const int Failed = 1;

    public const int WrongUsage = 2;
}
