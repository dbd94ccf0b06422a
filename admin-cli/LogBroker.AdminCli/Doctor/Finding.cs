namespace LogBroker.AdminCli.Doctor;

/// <summary>What a check has found.</summary>
/// <param name="Check">The check.</param>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Message">What it saw.</param>
/// <param name="Advice">What to do about it; null when nothing has to be done.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Message, string? Advice = null);

/// <summary>How bad something is.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It could not be looked at from here.</summary>
    Skipped,

    /// <summary>It works, and will not for ever.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Problem,
}
